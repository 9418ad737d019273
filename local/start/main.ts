import { type Env, readVariable } from '../../lib/config.js';
import { systemClock } from '../../lib/limits/deadline.js';
import { type CommandDeps, describeError, type Terminal } from '../command.js';
import { type CronAnswer, callCron, readCronAnswer } from '../cron.js';
import { PROJECT_ROOT, type Stack, startStack } from '../stack.js';
import { type Cron, loadVercelConfig } from '../vercel/config.js';
import { withEnvFile } from './environment.js';
import { introduceStack, type SecretSource, sayHowToGoOn } from './introduce.js';
import { renderLogLine } from './log-line.js';
import { HELP, parseOptions, type StartOptions } from './options.js';
import { renderRefusal, renderReport } from './report.js';
import { formatMs, plural, printable } from './text.js';

/**
 * `npm start`: starts the stack, fires the cron once, shows the run, and waits until it is interrupted.
 *
 * @param args the command line without node and script
 * @returns the exit code: 0 success, 1 something failed, 2 the command line is wrong, 130 interrupted before the run
 */
export async function main(args: readonly string[], deps: CommandDeps): Promise<number> {
  const { terminal } = deps;
  const parsed = parseOptions(args);
  if (parsed.kind === 'help') {
    terminal.write(HELP);
    return 0;
  }
  if (parsed.kind === 'invalid') {
    terminal.writeError(`${parsed.message}\nAll options: npm start -- --help\n`);
    return 2;
  }
  try {
    return await runStack(parsed.options, deps);
  } catch (error) {
    if (deps.interrupted.aborted && error === deps.interrupted.reason) return 130;
    terminal.writeError(`${describeError(error)}\n`);
    return 1;
  }
}

async function runStack(options: StartOptions, deps: CommandDeps): Promise<number> {
  const { terminal, interrupted } = deps;
  const { colour, logColumns } = terminal;
  const env = deps.envFile === undefined ? deps.env : await withEnvFile(deps.env, deps.envFile);
  const { rttMs, live, faultsFile, port } = options;
  const cron = await firstCron();
  const stack = await startStack({
    env,
    rttMs,
    live,
    faultsFile,
    ports: { functions: port },
    // After Ctrl-C nobody wants to read that a run which is being abandoned cannot reach its store.
    onLog: ({ text }) => {
      if (!interrupted.aborted) terminal.writeError(renderLogLine(text, { columns: logColumns, colour }));
    },
  });
  try {
    terminal.write(introduceStack(stack, rttMs, terminal.colour));
    const answer = await fireCron(stack, cron, deps);
    const succeeded = showAnswer(answer, terminal);
    if (faultsFile !== undefined) showFaults(stack, terminal);
    if (options.once) return succeeded ? 0 : 1;
    showAgain(await callStack(stack, cron, interrupted), terminal);
    await showHistory(stack, deps);
    terminal.write(
      `\n${sayHowToGoOn(stack, { cronPath: cron.path, secretFrom: sourceOfSecret(stack, deps.env), colour })}`,
    );
    await aborted(interrupted);
    return 0;
  } finally {
    await stack.close();
  }
}

async function firstCron() {
  const [cron] = (await loadVercelConfig(PROJECT_ROOT)).crons;
  if (cron === undefined) throw new Error('vercel.json names no cron to fire');
  return cron;
}

async function fireCron(
  stack: Stack,
  cron: Cron,
  { terminal, interrupted }: CommandDeps,
): Promise<CronAnswer> {
  interrupted.throwIfAborted();
  terminal.write(`\nReady ${formatMs(systemClock.monotonic())} after this process began. `);
  terminal.write(`Calling GET ${cron.path} as Vercel's cron does:\n\n`);
  return callStack(stack, cron, interrupted);
}

function callStack(stack: Stack, cron: Cron, signal: AbortSignal): Promise<CronAnswer> {
  const url = stack.functions.url + cron.path;
  return callCron({ url, secret: stack.cronSecret, schedule: cron.schedule, signal });
}

async function showHistory(stack: Stack, { terminal, interrupted }: CommandDeps): Promise<void> {
  // Loaded only now, so that it does not delay the first run.
  const { seedHistory } = await import('./history.js');
  const stored = await seedHistory(stack, systemClock.now(), interrupted);
  if (stored > 0) terminal.write(`Stored 30 days of invented history: ${plural(stored, 'snapshot')}\n`);
}

function showFaults({ faultLog }: Stack, { write }: Terminal): void {
  write(
    `\nFaults\n${faultLog
      .lines()
      .map((line) => `  ${printable(line)}\n`)
      .join('')}`,
  );
}

function sourceOfSecret({ secretIsThrowaway }: Stack, env: Env): SecretSource {
  if (secretIsThrowaway) return 'made';
  return readVariable(env, 'CRON_SECRET') === undefined ? 'file' : 'environment';
}

/** Vercel may call twice; a line is enough to show what comes of it. */
function showAgain(answer: CronAnswer, { write }: Terminal): void {
  const read = readCronAnswer(answer);
  if (read.kind !== 'report') return;
  const { persisted, duplicate, current } = read.report.counts;
  const again = `${persisted} persisted, ${duplicate} duplicate, ${current} current`;
  write(`\nCalled a second time at once: ${again} (stored in this slot already)\n`);
}

/** @returns whether nothing failed */
function showAnswer(answer: CronAnswer, { write, writeError, columns, colour }: Terminal): boolean {
  const read = readCronAnswer(answer);
  if (read.kind === 'report') {
    write(renderReport(read.report, { columns, colour, callerMs: answer.durationMs }));
    return read.succeeded;
  }
  writeError(renderRefusal(answer.status, read));
  return false;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
