import { Redis } from '@upstash/redis';
import { type Connect, startWatch } from './contender.js';
import { createLayout } from './layout.js';
import { persistOne } from './persist-one.js';

/**
 * The same for all regions at once: the smallest change to the sequential code. (By itself the client sends the SET NX
 * of all regions as one request, because they are issued together.)
 */
export const connect: Connect = (endpoint) => {
  const redis = new Redis(endpoint);
  const layout = createLayout(endpoint);
  return async (snapshots) => {
    const elapsedMs = startWatch();
    const settled = await Promise.allSettled(
      snapshots.map((snapshot) => persistOne(redis, layout, snapshot, elapsedMs)),
    );
    return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  };
};
