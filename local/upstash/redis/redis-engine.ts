import { z } from 'zod';
import { startRedisServer } from './redis-server.js';

export interface RedisEngine {
  /** Where it answers, credentials included. */
  readonly url: string;
  readonly kind: 'embedded' | 'server' | 'external';
  /** Ends what was started here; a Redis that was running before is left as it is. May be called twice. */
  close(): Promise<void>;
}

/** With neither field the embedded engine is started; `url` wins over `binary`. */
export interface RedisOptions {
  /** A Redis that runs already. It is never flushed and never closed by us. */
  readonly url?: string;
  /** A `redis-server` binary, of which a private instance is started. */
  readonly binary?: string;
}

/**
 * Gives the local stack a Redis.
 *
 * @throws Error when the binary cannot be run or does not answer
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisEngine> {
  if (options.url !== undefined) return { url: options.url, kind: 'external', close: async () => undefined };
  if (options.binary !== undefined) return { kind: 'server', ...(await startRedisServer(options.binary)) };
  // Loaded on demand: it includes a Lua engine, which the other two kinds do not need.
  const { startEmbeddedRedis } = await import('./embedded-redis.js');
  return { kind: 'embedded', ...(await startEmbeddedRedis()) };
}

/**
 * Which Redis the environment selects: `REDIS_URL` an external one, `REDIS_SERVER_BIN` a private server, neither the
 * embedded one. Empty counts as missing.
 *
 * @throws Error that names the variable, never its value (a URL may carry a password)
 */
export function redisFromEnv(env: Readonly<Record<string, string | undefined>>): RedisOptions {
  const parsed = EnvironmentSchema.safeParse(env);
  if (!parsed.success) throw new Error(`redis environment:\n${z.prettifyError(parsed.error)}`);
  if (parsed.data.REDIS_URL) return { url: parsed.data.REDIS_URL };
  if (parsed.data.REDIS_SERVER_BIN) return { binary: parsed.data.REDIS_SERVER_BIN };
  return {};
}

const EnvironmentSchema = z.object({
  REDIS_URL: z
    .union([z.literal(''), z.string().regex(/^rediss?:\/\//)], 'must be a redis:// or rediss:// URL')
    .optional(),
  REDIS_SERVER_BIN: z.string().optional(),
});
