import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type HostReply, HostReplySchema, type HostRequest } from './host-protocol.js';
import { endProcessGroup } from './processes.js';

/** One line that a function wrote. Which function it was is not known: they share their streams. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface FunctionHostOptions {
  /** The project's folder. */
  readonly root: string;
  /** What the functions see beside the few variables that every program needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLog: (line: LogLine) => void;
}

/** Where a function process listens on loopback. */
export interface FunctionAddress {
  readonly pid: number;
  readonly port: number;
}

export interface FunctionHost {
  /**
   * Starts a function.
   *
   * @returns its address, once its module is loaded and it listens
   * @throws when it could not be started, or when the host ended meanwhile
   */
  start(entrypoint: string): Promise<FunctionAddress>;
  /** Resolves when the host and all its functions have ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Shuts down all functions and the host; ends by force what takes longer than two seconds. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 2000;

/** Starts the process that starts functions. */
export function startFunctionHost(options: FunctionHostOptions): FunctionHost {
  const child = forkHost(options);
  const pending = new Map<string, (reply: HostReply) => void>();
  // 'close' comes when nobody holds the output streams any more: after the last function, too, has ended.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    for (const [entrypoint, settle] of pending) settle(hostEnded(entrypoint));
  });
  child.on('message', (message) => {
    const reply = HostReplySchema.parse(message);
    pending.get(reply.entrypoint)?.(reply);
    pending.delete(reply.entrypoint);
  });
  child.once('exit', () => endGroup(child));
  child.on('error', (error) => options.onLog({ stream: 'stderr', text: `function host: ${error.message}` }));

  return {
    async start(entrypoint) {
      const reply = await new Promise<HostReply>((resolve) => {
        if (!child.connected) return resolve(hostEnded(entrypoint));
        pending.set(entrypoint, resolve);
        tell(child, { type: 'start', entrypoint });
      });
      if (reply.type === 'started') return { pid: reply.pid, port: reply.port };
      throw new Error(`${entrypoint} could not be started: ${reply.message}`);
    },
    ended,
    async close() {
      const force = setTimeout(() => endGroup(child), CLOSE_GRACE_MS);
      tell(child, { type: 'close' });
      await ended;
      clearTimeout(force);
    },
  };
}

function forkHost({ root, env, onLog }: FunctionHostOptions): ChildProcess {
  const child = fork(fileURLToPath(new URL('./function-host-process.ts', import.meta.url)), [], {
    cwd: root,
    env: { ...basicEnvironment(), ...env },
    execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    // A process group of its own: it can be ended as a whole, and Ctrl-C reaches the runner alone.
    detached: true,
    silent: true,
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = child[stream];
    if (lines !== null) createInterface({ input: lines }).on('line', (text) => onLog({ stream, text }));
  }
  return child;
}

/** What a program needs to run at all. Nothing else of the developer's environment reaches a function. */
function basicEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function hostEnded(entrypoint: string): HostReply {
  return { type: 'failed', entrypoint, message: 'the process that starts functions has ended' };
}

function tell(child: ChildProcess, request: HostRequest): void {
  if (child.connected) child.send(request);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) endProcessGroup(pid);
}
