import { execFile } from 'node:child_process';

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  /** What it wrote, both streams after each other. */
  readonly output: string;
  readonly stdout: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** Beside PATH, HOME and the settings of npm. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end, in an environment that holds nothing of ours but what npm needs to find its registry. */
export function run(command: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  const env = { ...inherited(), ...options.env };
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd: options.cwd, env, maxBuffer: 50_000_000, timeout: 280_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, output: stdout + stderr }),
    );
  });
}

/** As {@link run}, for steps that a test stands on. @throws Error with the output when the exit code is not 0 */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, stdout, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return stdout;
}

/** Runs a script in plain Node of a major version: this process's own, or one from the npm registry. */
export function runInNode(major: number, args: readonly string[], options: CommandOptions): Promise<Ended> {
  if (process.versions.node.startsWith(`${major}.`)) return run(process.execPath, args, options);
  return run('npx', ['-y', '-p', `node@${major}`, 'node', ...args], options);
}

const NPM_SETTING = /^npm_config_(registry|cache|userconfig|globalconfig)$/i;

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (['PATH', 'HOME'].includes(entry[0]) || NPM_SETTING.test(entry[0])),
    ),
  );
}
