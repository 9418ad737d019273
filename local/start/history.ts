import { parseConfig } from '../../lib/config.js';
import { createDeadline } from '../../lib/limits/deadline.js';
import { persistAll } from '../../lib/persister/persist-all.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { draftOfSnapshot } from '../../lib/runs/snapshot.js';
import { pastSnapshots } from '../feeds/sample-history.js';
import type { Stack } from '../stack.js';
import { startGateway } from '../upstash/server.js';

/** Ms for one step; a step takes a fraction of it. */
const STEP_BUDGET_MS = 10_000;
/** Three days of eight regions. Between two steps an interruption is noticed. */
const STEP_SIZE = 96;

/**
 * Stores 30 days of invented snapshots, four a day for every region, so that the charts of the status page show
 * something. They go through the library's own persister, and past the delays and faults of the stack's gateway. A
 * Redis that was not started by the stack is left alone.
 *
 * @param now epoch ms
 * @returns how many snapshots were stored
 */
export async function seedHistory({ redis, env }: Stack, now: number, signal: AbortSignal): Promise<number> {
  if (redis.kind === 'external') return 0;
  const gateway = await startGateway({ redisUrl: redis.url, token: env.UPSTASH_REDIS_REST_TOKEN ?? '' });
  try {
    const parsed = parseConfig({ ...env, UPSTASH_REDIS_REST_URL: gateway.url });
    if (!parsed.ok) return 0;
    const store = createStore(parsed.config.store);
    const snapshots = pastSnapshots(now);
    let stored = 0;
    for (let at = 0; at < snapshots.length && !signal.aborted; at += STEP_SIZE) {
      const outcomes = await persistAll(
        { store },
        {
          items: snapshots.slice(at, at + STEP_SIZE),
          entityOf: (snapshot) => snapshot.region_id,
          draftOf: (snapshot) => draftOfSnapshot(snapshot, now),
          deadline: createDeadline({ budgetMs: STEP_BUDGET_MS }),
        },
      );
      stored += outcomes.filter(({ status }) => status === 'persisted').length;
    }
    return stored;
  } finally {
    await gateway.close();
  }
}
