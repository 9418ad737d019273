import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const NAME = 'redis-server';

/**
 * A real Redis to measure with: the one that REDIS_SERVER_BIN names, else one on the PATH.
 *
 * @returns undefined when there is none
 */
export async function findRedisServer(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (env.REDIS_SERVER_BIN) return env.REDIS_SERVER_BIN;
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const file = join(folder, NAME);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}
