import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listenOnLoopback } from '../../../local/listen.js';

/** 358 MB, fetched by npx when it is first needed: too much for a dependency that one suite has. */
const VERCEL = 'vercel@60.1.3';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What a deployment consists of. */
const DEPLOYED = ['api', 'lib', 'public', 'package.json', 'tsconfig.json', 'vercel.json'];

export interface VercelDev {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Where its queue server takes messages: `<queueUrl>/api/v3/topic/<name>`. */
  readonly queueUrl: string;
  /** The process group of it and of all functions. */
  readonly group: number;
  /** What it and the functions wrote so far. */
  output(): string;
  /** Ends it and all functions. */
  close(): Promise<void>;
}

/**
 * Starts `vercel dev --local` on a copy of a project: it makes a folder `.vercel`, and a hand-made
 * `.vercel/project.json`, which one may have in a working tree, would break it. Needs no account and no link.
 *
 * @param env the environment of the functions
 * @param makeProject fills the folder. Default: with what this project deploys.
 * @throws Error with the output when it ends instead of getting ready
 */
export async function startVercelDev(
  env: Readonly<Record<string, string>>,
  makeProject: (folder: string) => Promise<unknown> = copyThisProject,
): Promise<VercelDev> {
  const folder = await mkdtemp(join(tmpdir(), 'region-persister-vercel-'));
  const project = join(folder, 'project');
  await makeProject(project);

  const ports = await freePorts(4);
  const child = spawn('npx', ['-y', VERCEL, ...flags(ports, join(folder, 'config'))], {
    cwd: project,
    env: { ...inherited(), ...env, VERCEL_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, with which the functions end.
    detached: true,
  });
  let output = '';
  const close = async () => {
    await endGroup(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        output += chunk;
        if (output.includes('Ready! Available at')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`vercel dev ended with ${code}:\n${output}`)));
    });
  } catch (error) {
    await close();
    throw error;
  }
  const [url = '', queueUrl = ''] = ports.map((port) => `http://127.0.0.1:${port}`);
  return { url, queueUrl, group: child.pid ?? 0, output: () => output, close };
}

async function copyThisProject(folder: string): Promise<void> {
  for (const name of DEPLOYED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

function flags([listen, queue, cache, schedules]: readonly number[], config: string): string[] {
  return [
    ...['dev', '--local', '--yes', '--no-color', '--global-config', config],
    ...['--listen', `127.0.0.1:${listen}`, '--queue-port', `${queue}`],
    ...['--runtime-cache-port', `${cache}`, '--schedules-port', `${schedules}`],
  ];
}

/** What npx needs to find itself, its cache and its registry. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (['PATH', 'HOME'].includes(entry[0]) || /^npm_config_(registry|cache|userconfig)$/i.test(entry[0])),
    ),
  );
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
  try {
    // A function that was just starting does not hear the first signal.
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // There was none.
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => listenOnLoopback(server)));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
