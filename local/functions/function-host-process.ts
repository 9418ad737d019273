/**
 * The process that stands between the runner and the functions. `startDevServer` gives a function the environment and
 * the output streams of whoever calls it, so it is called here, where the environment is what the runner chose and
 * the streams lead to the runner's log.
 */

import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type HostReply, HostRequestSchema } from './host-protocol.js';
import { endProcessGroup, isProcessAlive } from './processes.js';

interface DevServer {
  readonly port: number;
  readonly pid: number;
  shutdown(): Promise<void>;
}

type StartDevServer = (options: {
  entrypoint: string;
  workPath: string;
  repoRootPath: string;
  config: object;
  files: object;
  meta: { isDev: true };
}) => Promise<DevServer>;

// The package's own types describe handlers only.
const RuntimeSchema = z.object({
  startDevServer: z.custom<StartDevServer>((value) => typeof value === 'function'),
});
const { startDevServer } = RuntimeSchema.parse(createRequire(import.meta.url)('@vercel/node'));

const root = process.cwd();
const servers: Promise<DevServer>[] = [];

process.on('message', (message) => {
  const request = HostRequestSchema.parse(message);
  if (request.type === 'start') void start(request.entrypoint);
  else void close();
});

// The runner is gone without a word. This process leads its group, so all functions end with it, also one that
// is just being started and whose id is not known yet.
process.on('disconnect', () => endProcessGroup(process.pid));

async function start(entrypoint: string): Promise<void> {
  const server = startDevServer({
    entrypoint,
    workPath: root,
    repoRootPath: root,
    config: {},
    files: {},
    meta: { isDev: true },
  });
  servers.push(server);
  try {
    const { pid, port } = await server;
    reply({ type: 'started', entrypoint, pid, port });
  } catch (error) {
    reply({ type: 'failed', entrypoint, message: error instanceof Error ? error.message : String(error) });
  }
}

async function close(): Promise<void> {
  await Promise.allSettled(servers.map(async (server) => shutDown(await server)));
  process.exit();
}

/** `shutdown` only asks for the end; the process is gone some time later. */
async function shutDown({ pid, shutdown }: DevServer): Promise<void> {
  if (!isProcessAlive(pid)) return;
  await shutdown();
  while (isProcessAlive(pid)) await sleep(5);
}

function reply(message: HostReply): void {
  process.send?.(message);
}
