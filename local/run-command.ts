import type { Env } from '../lib/config.js';

/** The terminal, or what stands in for it. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly columns: number;
  readonly colour: boolean;
}

/** What a command is given of the process that it runs in. */
export interface CommandDeps {
  readonly env: Env;
  readonly terminal: Terminal;
  /** Fires on Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/**
 * Binds a command to this process: its arguments, environment, terminal and Ctrl-C, and its exit code.
 *
 * @param command is given the command line without node and script, and answers the exit code
 */
export async function runCommand(
  command: (args: readonly string[], deps: CommandDeps) => Promise<number>,
): Promise<void> {
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends the process at once. The functions end with it, see function-host-process.ts.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

  const { stdout, stderr, env } = process;
  process.exitCode = await command(process.argv.slice(2), {
    env,
    interrupted: interrupt.signal,
    terminal: {
      write: (text) => stdout.write(text),
      writeError: (text) => stderr.write(text),
      columns: stdout.columns ?? 100,
      colour: stdout.isTTY && !env.NO_COLOR,
    },
  });
}
