import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Env } from '../../lib/config.js';
import { FEED_VARIABLES } from '../../lib/hazards/feeds/feeds.js';
import { PASSED_ON } from '../stack.js';

/**
 * What is read from `.env`: the settings of the functions. `REDIS_URL` is not among them, so that a file with the
 * address of a real database never makes a trial run write to it.
 */
const FROM_FILE: readonly string[] = ['CRON_SECRET', ...PASSED_ON, ...FEED_VARIABLES];

/**
 * Adds the variables of a `.env` file to the environment. A variable that is set already, even to nothing, keeps its
 * value.
 *
 * @param path a file that need not exist
 * @throws Error when the file exists and cannot be read
 */
export async function withEnvFile(env: Env, path: string): Promise<Env> {
  const variables = Object.entries(parseEnv(await readIfPresent(path)));
  return { ...Object.fromEntries(variables.filter(([name]) => FROM_FILE.includes(name))), ...env };
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new Error(`${path} cannot be read`, { cause });
  }
}
