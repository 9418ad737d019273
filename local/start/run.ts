import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { type Env, readVariable } from '../../lib/config.js';
import { FEED_VARIABLES } from '../../lib/hazards/feeds/feeds.js';
import { systemClock } from '../../lib/limits/deadline.js';
import type { CommandDeps, Terminal } from '../command.js';
import { type CronAnswer, callCron, readCronAnswer } from '../cron.js';
import { PASSED_ON, PROJECT_ROOT, type Stack, startStack } from '../stack.js';
import { type Cron, loadVercelConfig } from '../vercel/config.js';
import { introduceStack, type SecretSource, sayHowToGoOn } from './introduce.js';
import type { StartOptions } from './options.js';
import { renderLogLine, renderRefusal, renderReport } from './report.js';
import { formatMs, plural, printable } from './text.js';

/**
 * Starts the stack, fires the cron once, shows the run, and waits until it is interrupted.
 *
 * @returns the exit code
 * @throws when a part cannot be started, or the reason of `interrupted` when that fires before the run
 */
export async function runStack(options: StartOptions, deps: CommandDeps): Promise<number> {
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
    // After Ctrl-C, messages that the abandoned run cannot reach its store would only confuse.
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

/** Vercel may call twice; one line shows the result. */
function showAgain(answer: CronAnswer, { write }: Terminal): void {
  const read = readCronAnswer(answer);
  if (read.kind !== 'report') return;
  const { persisted, duplicate, current } = read.report.counts;
  const again = `${persisted} persisted, ${duplicate} duplicate, ${current} current`;
  write(`\nCalled again immediately: ${again} (already stored in this slot)\n`);
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

/**
 * What is read from `.env`: the settings of the functions. `REDIS_URL` is not among them, so that a file with the
 * address of a real database never makes a trial run write to it.
 */
const FROM_FILE: readonly string[] = ['CRON_SECRET', ...PASSED_ON, ...FEED_VARIABLES];

/**
 * Adds the variables of a `.env` file to the environment. A variable that is set already, even to nothing, keeps its
 * value.
 *
 * @param path a file that need not exist
 * @throws Error when the file exists and cannot be read
 */
export async function withEnvFile(env: Env, path: string): Promise<Env> {
  const variables = Object.entries(parseEnv(await readIfPresent(path)));
  return { ...Object.fromEntries(variables.filter(([name]) => FROM_FILE.includes(name))), ...env };
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new Error(`${path} cannot be read`, { cause });
  }
}
