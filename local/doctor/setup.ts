import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { type Env, readVariable } from '../../lib/config.js';
import { callCron } from '../cron.js';
import { functionEnv, startStack } from '../stack.js';
import type { Target } from './deployment/site.js';
import type { DoctorOptions } from './options.js';
import { isHeaderSafe } from './redact.js';
import { CRON_PATH } from './settings/vercel-json.js';

/** What is to be checked. */
export interface Setup {
  readonly env: Env;
  /** null when no deployment is to be looked at. */
  readonly target: Target | null;
  /** Stops what was started for it. */
  close(): Promise<void>;
}

const BYPASS = 'VERCEL_AUTOMATION_BYPASS_SECRET';

/**
 * Finds the setup that the options name, or starts one.
 *
 * @throws Error when the file cannot be read, or the stack cannot be started
 */
export async function openSetup(options: DoctorOptions, env: Env, signal: AbortSignal): Promise<Setup> {
  if (options.local) return openLocal(signal);
  const given = options.envFile === undefined ? env : await readEnvFile(options.envFile);
  const own = options.environment === undefined ? given : { ...given, VERCEL_ENV: options.environment };
  return { env: own, target: targetOf(options, own, env), close: async () => undefined };
}

function targetOf({ url, bypass }: DoctorOptions, own: Env, shell: Env): Target | null {
  if (url === undefined) return null;
  const given = bypass ?? readVariable(shell, BYPASS) ?? readVariable(own, BYPASS);
  if (given !== undefined && !isHeaderSafe(given))
    throw new Error(`${BYPASS} has characters that cannot be sent in a header`);
  return { origin: url, cronSecret: readVariable(own, 'CRON_SECRET'), bypass: given };
}

async function readEnvFile(path: string): Promise<Env> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path} cannot be read`, { cause });
  });
  return parseEnv(text);
}

/** Everything on free ports of this machine, after one run. Nothing from the shell's environment is used. */
async function openLocal(signal: AbortSignal): Promise<Setup> {
  const stack = await startStack({ onLog: () => undefined });
  const { gateway, feeds, functions, cronSecret, close } = stack;
  try {
    await callCron({ url: functions.url + CRON_PATH, secret: cronSecret, schedule: '0 0 * * *', signal });
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return {
    env: functionEnv({ env: {}, gateway, feeds, cronSecret }),
    target: { origin: functions.url, cronSecret, bypass: undefined },
    close,
  };
}
