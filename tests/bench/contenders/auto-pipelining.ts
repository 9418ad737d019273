import { Redis } from '@upstash/redis';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import { type Connect, startWatch, type Told } from './contender.js';
import { createLayout, DEDUP_WINDOW_S, type Layout } from './layout.js';

/** Single commands for all regions at once, and the client makes batches of what is issued together. */
export const connect: Connect = (endpoint) => {
  const redis = new Redis(endpoint);
  const layout = createLayout(endpoint);
  return async (snapshots) => {
    const elapsedMs = startWatch();
    return Promise.all(
      snapshots.map(async (snapshot): Promise<Told> => {
        const status = await persist(redis, layout, snapshot).catch(() => 'failed' as const);
        return { regionId: snapshot.region_id, status, doneMs: elapsedMs() };
      }),
    );
  };
};

async function persist(redis: Redis, layout: Layout, snapshot: Snapshot): Promise<'persisted' | 'duplicate'> {
  const id = snapshot.meta.snapshot_id;
  const fresh = await redis.set(layout.dedupKey(snapshot), id, { nx: true, ex: DEDUP_WINDOW_S });
  if (fresh === null) return 'duplicate';
  await Promise.all(layout.write(redis, snapshot));
  return 'persisted';
}
