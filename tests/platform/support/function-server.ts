import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

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
  meta: { isDev: true; env: Readonly<Record<string, string>> };
}) => Promise<DevServer>;

// The package's own types describe handlers only.
const RuntimeSchema = z.object({
  startDevServer: z.custom<StartDevServer>((value) => typeof value === 'function'),
});
const { startDevServer } = RuntimeSchema.parse(createRequire(import.meta.url)('@vercel/node'));

export interface FunctionServer {
  readonly url: string;
  /** Ends the process without warning, as the platform does past `maxDuration`. Resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts one function in a process of its own, in Vercel's runtime for Node. It writes its log to our streams.
 *
 * @param entrypoint `api/health.ts`
 * @param env beside the environment of this process
 */
export async function startFunctionServer(
  entrypoint: string,
  env: Readonly<Record<string, string>>,
): Promise<FunctionServer> {
  const { port, pid } = await startDevServer({
    entrypoint,
    workPath: ROOT,
    repoRootPath: ROOT,
    config: {},
    files: {},
    meta: { isDev: true, env },
  });
  return { url: `http://127.0.0.1:${port}`, kill: () => killProcess(pid) };
}

async function killProcess(pid: number): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) await sleep(5);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
