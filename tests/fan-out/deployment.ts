import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runOrThrow } from '../package/support/command.js';
import { pack, ROOT, temporaryFolder } from '../package/support/project.js';
import { startVercelDev, type VercelDev } from '../platform/support/vercel-dev.js';

const EXAMPLE = join(ROOT, 'examples/fan-out');
/** What `vercel dev` wants to be sent to its queue server. */
const QUEUE_TOKEN = 'vc-dev-token';
const TOPIC = 'shards';

export interface Deployment extends VercelDev {
  /** Calls the cron route. */
  fanOut(secret: string): Promise<Response>;
  /** Puts a message into the queue. @returns its id */
  send(message: unknown): Promise<void>;
  /** Ends the processes of all functions without warning. @returns how many there were */
  killFunctions(): Promise<number>;
  /** What the functions logged as events of this name. */
  events(name: string): Record<string, unknown>[];
  /** Runs the compiler of the project on it. @returns what it wrote: nothing when there are no errors */
  compile(): Promise<string>;
}

/** Installs the packed package and the other dependencies in a copy of the example, and starts `vercel dev` there. */
export async function startDeployment(env: Readonly<Record<string, string>>): Promise<Deployment> {
  const folder = await temporaryFolder();
  try {
    const { file } = await pack(folder.path);
    let project = '';
    const dev = await startVercelDev(env, async (path) => {
      project = path;
      await cp(EXAMPLE, path, { recursive: true });
      const flags = ['--no-audit', '--no-fund', '--ignore-scripts'];
      await runOrThrow('npm', ['install', ...flags, file], { cwd: path });
    });
    return { ...dev, ...callsOf(dev), compile: () => runOrThrow('npx', ['tsc'], { cwd: project }) };
  } finally {
    await folder.remove();
  }
}

function callsOf({ url, queueUrl, group, output }: VercelDev): Omit<Deployment, keyof VercelDev | 'compile'> {
  return {
    fanOut: (secret) => fetch(`${url}/api/cron/fan-out`, { headers: { authorization: `Bearer ${secret}` } }),
    async send(message) {
      const { ok, status } = await fetch(`${queueUrl}/api/v3/topic/${TOPIC}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${QUEUE_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      if (!ok) throw new Error(`the queue answered ${status}`);
    },
    async killFunctions() {
      const pids = await functionsOf(group);
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      return pids.length;
    },
    events: (name) =>
      output()
        .split('\n')
        .flatMap((line) => line.match(/\{"event":.*\}/)?.[0] ?? [])
        .map((text): Record<string, unknown> => JSON.parse(text))
        .filter(({ event }) => event === name),
  };
}

/** The processes of a group that run a function: those in which @vercel/node has started its server. */
async function functionsOf(group: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,pgid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, pgid, ...args] = line.trim().split(/\s+/);
    return Number(pgid) === group && args.join(' ').includes('dev-server') ? [Number(pid)] : [];
  });
}
