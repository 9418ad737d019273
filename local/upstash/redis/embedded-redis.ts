import type { Socket } from 'node:net';
import {
  createRedisCommandExecutor,
  RedisServerState,
  Resp2Server,
  resolveCompatibilityProfile,
} from 'js-redis-server/core';
import { listenOnLoopback } from '../../listen.js';

const REDIS_VERSION = 'redis-7.0';
const DATABASES = 16;

export interface EmbeddedRedis {
  readonly url: string;
  /** Drops every connection and forgets every key. */
  close(): Promise<void>;
}

/**
 * Runs a Redis inside this process, in memory.
 *
 * It is put together from parts because the ready-made `createRedisMock` listens on every network interface, without a
 * password, and waits in `close` for its clients to go.
 */
export async function startEmbeddedRedis(): Promise<EmbeddedRedis> {
  const compatibility = resolveCompatibilityProfile(REDIS_VERSION);
  const redis = new Resp2Server({
    server: new RedisServerState({ databaseCount: DATABASES, compatibility }),
    executor: createRedisCommandExecutor({ compatibility }),
  });
  const sockets = new Set<Socket>();
  redis.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listenOnLoopback(redis.server);

  let closed: Promise<void> | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    close: () => {
      closed ??= redis.close();
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
