import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { listenOnLoopback } from '../../listen.js';
import { createRawClient } from '../redis-connection.js';

const READY_WITHIN_MS = 10_000;
const RECONNECT_AFTER_MS = 20;
const ATTEMPTS = 3;

export interface RedisServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Runs a private redis-server on a free loopback port: nothing on disk, a random password, and it dies with `close`
 * or with this process.
 *
 * @param binary name or path of a redis-server, 7.0 or later
 * @throws Error with the last lines of its log when it cannot be run or does not answer PING
 */
export async function startRedisServer(binary: string): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = launch(binary, await freePort());
    try {
      await untilPong(server);
      return { url: server.url, close: server.close };
    } catch (cause) {
      await server.close();
      // Another process may have taken the port between the check and the server's bind.
      if (attempt < ATTEMPTS && /address already in use/i.test(server.log())) continue;
      throw new Error(`redis-server does not answer: ${server.log().trim() || 'no output'}`, { cause });
    }
  }
}

interface Launched extends RedisServer {
  /** The end of what it printed. */
  log(): string;
  /** Rejects when it cannot be run, or ends. */
  readonly ended: Promise<never>;
}

function launch(binary: string, port: number): Launched {
  const password = randomBytes(16).toString('hex');
  const child = spawn(binary, ['-'], { stdio: 'pipe' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  const gone = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, signal) => resolve(new Error(`redis-server ended (${signal ?? code})`)));
  });
  const ended = gone.then((error) => {
    throw error;
  });
  ended.catch(() => undefined);
  const log = keepLog(child);
  // A binary that cannot be run has no standard input to write to; `ended` tells why.
  child.stdin.on('error', () => undefined);
  // The configuration goes in by standard input, which keeps the password out of the process list.
  child.stdin.end(configuration(port, password));

  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    log,
    ended,
    close: async () => {
      process.removeListener('exit', kill);
      kill();
      await gone;
    },
  };
}

function configuration(port: number, password: string): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    'protected-mode yes',
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    '',
  ].join('\n');
}

function keepLog(child: ChildProcessWithoutNullStreams): () => string {
  let tail = '';
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return () => tail;
}

/** Another server on the same port does not know the password, so a right answer comes from ours. */
async function untilPong(server: Launched): Promise<void> {
  const client = createRawClient(server.url, () => RECONNECT_AFTER_MS);
  const enough = new AbortController();
  const late = wait(READY_WITHIN_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Error(`no PONG within ${READY_WITHIN_MS} ms`);
  });
  try {
    await Promise.race([client.connect().then(() => client.ping()), server.ended, late]);
  } finally {
    enough.abort();
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listenOnLoopback(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}
