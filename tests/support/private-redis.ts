import { type RedisEngine, redisFromEnv, startRedis } from '../../local/upstash/redis/redis-engine.js';

/** A Redis for one test file: a redis-server where REDIS_SERVER_BIN names one, else the embedded engine. */
export function startPrivateRedis(): Promise<RedisEngine> {
  // Never REDIS_URL: the tests flush what they are given.
  const { REDIS_SERVER_BIN } = process.env;
  return startRedis(redisFromEnv({ REDIS_SERVER_BIN }));
}
