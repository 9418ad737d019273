import { createClient } from '@redis/client';
import { createDeadline, type Deadline, systemClock } from '../../lib/limits/deadline.js';
import { createKeys } from '../../lib/persister/upstash/keys.js';
import { createStore, type Store, type StoreOptions } from '../../lib/persister/upstash/store.js';
import type { FaultRule } from '../../local/upstash/fault-rules.js';
import { createFaultSchedule, type FaultSchedule } from '../../local/upstash/faults.js';
import { startGateway } from '../../local/upstash/server.js';
import { startPrivateRedis } from './private-redis.js';

export const NAMESPACE = 'test:';
export const keys = createKeys(NAMESPACE);

export type StoreHarness = Awaited<ReturnType<typeof startStoreHarness>>;

/** A Redis, the gateway in front of it, and a direct line to look behind the gateway. */
export async function startStoreHarness() {
  const engine = await startPrivateRedis();
  let schedule = createFaultSchedule([]);
  const gateway = await startGateway({
    redisUrl: engine.url,
    token: 'test-token-7f3a',
    intercept: (request) => schedule.intercept(request),
  });
  const redis = createClient({ url: engine.url });
  await redis.connect();

  return {
    gateway,
    redis,
    /** A store with a client of its own, as each run has. */
    store: (options: Partial<StoreOptions> = {}): Store =>
      createStore({ url: gateway.url, token: gateway.token, namespace: NAMESPACE, ...options }),
    /** Puts these faults in the place of the ones before. */
    setFaults(rules: readonly FaultRule[]): FaultSchedule {
      schedule = createFaultSchedule(rules);
      return schedule;
    },
    /** No keys, no faults, nothing counted. */
    async reset(): Promise<void> {
      await schedule.settled();
      schedule = createFaultSchedule([]);
      await redis.sendCommand(['FLUSHDB']);
      gateway.clear();
    },
    async close(): Promise<void> {
      redis.destroy();
      await gateway.close();
      await engine.close();
    },
  };
}

/** Runs `work` under a deadline in real time, and clears its timers. */
export async function withDeadline<T>(
  budgetMs: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline({ budgetMs, clock: systemClock });
  try {
    return await work(deadline);
  } finally {
    deadline.close();
  }
}
