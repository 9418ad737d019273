import { type CommandDeps, describeError } from '../command.js';
import { HELP, parseOptions } from './options.js';

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
    // Loaded only now: it takes a second, which would delay help and error messages.
    const { runStack } = await import('./run.js');
    return await runStack(parsed.options, deps);
  } catch (error) {
    if (deps.interrupted.aborted && error === deps.interrupted.reason) return 130;
    terminal.writeError(`${describeError(error)}\n`);
    return 1;
  }
}
