import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { findFunctions } from './function-files.js';
import { type LogLine, startFunctionHost } from './function-host.js';
import { createFunctionPool } from './function-pool.js';
import { createRequestHandler } from './request-handler.js';
import { createRouter } from './router.js';
import { createStaticFiles } from './static-files.js';
import { loadVercelConfig, maxDurationMs } from './vercel-config.js';

export interface FunctionsOptions {
  /** The project's folder: the one that holds `api/`, `public/` and `vercel.json`. */
  readonly root: string;
  /** The functions' environment. Of the developer's own, only PATH, HOME and their like are added. */
  readonly env: Readonly<Record<string, string>>;
  /** Port on loopback; by default one that is free. */
  readonly port?: number;
  /** What the functions write; by default it goes to our stderr. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Functions {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /**
   * Starts the function that answers a path, before its first call does.
   *
   * @throws when no function answers it, or it cannot be started
   */
  warm(path: string): Promise<void>;
  /** The id of every function process that is alive, by its file: `api/regions/[id].ts`. */
  pids(): ReadonlyMap<string, number>;
  /** Stops listening and ends all processes; when it resolves, none is left. */
  close(): Promise<void>;
}

/**
 * Serves a Vercel project on loopback: `api/` by Vercel's own runtime, `public/` as it is, routed as `vercel.json`
 * says. Works on Linux and macOS.
 *
 * Cheap to create: nothing is started before it is asked for. A function's first call waits about two seconds for its
 * process (and, once, half a second for the process that starts them), later ones take about 5 ms. Each holds some
 * 230 MB. Files are read once: a changed function or vercel.json needs a new start.
 *
 * @throws when vercel.json cannot be followed, or the port is taken
 */
export async function startFunctions({
  root,
  env,
  port = 0,
  onLog = logToStderr,
}: FunctionsOptions): Promise<Functions> {
  const config = await loadVercelConfig(root);
  const router = createRouter({
    functions: await findFunctions(root),
    files: createStaticFiles(join(root, 'public'), config.cleanUrls),
    config,
  });
  const pool = createFunctionPool(() => startFunctionHost({ root, env, onLog }));
  const server = createServer(
    createRequestHandler({
      router,
      pool,
      maxDurationMs: (entrypoint) => maxDurationMs(config, entrypoint),
      newRequestId: () => `dev1::${randomUUID()}`,
      onStartError: (error) => onLog({ stream: 'stderr', text: String(error) }),
    }),
  );
  return {
    url: `http://127.0.0.1:${await listen(server, port)}`,
    async warm(path) {
      const target = await router.resolve(path);
      if (target.kind !== 'function') throw new Error(`no function answers ${path}`);
      await pool.acquire(target.entrypoint);
    },
    pids: () => pool.pids(),
    async close() {
      server.close();
      server.closeAllConnections();
      await pool.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return AddressSchema.parse(server.address()).port;
}

const AddressSchema = z.object({ port: z.int() });

/** The log that is used when none is given. */
export function logToStderr({ text }: LogLine): void {
  process.stderr.write(`function │ ${text}\n`);
}
