import type { Env } from '../lib/config.js';

/** The terminal, or a substitute. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly columns: number;
  readonly colour: boolean;
  /** Width that a line of the log is cut to. Default: not at all, as when the output goes to a file. */
  readonly logColumns?: number | undefined;
}

/** What a command gets from the process that it runs in. */
export interface CommandDeps {
  readonly env: Env;
  /** The file with variables that the environment does not set. Default: none is read. */
  readonly envFile?: string;
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
  // Once: a second Ctrl-C ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

  const { stdout, stderr, env } = process;
  process.exitCode = await command(process.argv.slice(2), {
    env,
    envFile: '.env',
    interrupted: interrupt.signal,
    terminal: {
      write: (text) => stdout.write(text),
      writeError: (text) => stderr.write(text),
      columns: stdout.columns ?? 100,
      logColumns: stderr.isTTY ? (stderr.columns ?? 100) : undefined,
      colour: stdout.isTTY && !env.NO_COLOR,
    },
  });
}
/** An error and its causes for a person: one line each, without stacks. */
export function describeError(error: unknown): string {
  return chainOf(error).map(describeOne).join('\n  ');
}

function chainOf(error: unknown): unknown[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...chainOf(cause)];
}

function describeOne(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is taken: choose another with --port N, or a free one with --port 0.`;
  }
  const parts = error instanceof AggregateError ? error.errors.map(describeError) : [];
  return [error.message, ...parts].filter((text) => text !== '').join('\n  ');
}
/** What `parseArgs` found wrong with a command line: its first sentence, for it goes on about positional arguments. */
export function usageFault(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(/\. |\n/)[0] ?? text;
}
