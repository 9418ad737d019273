import { Redis } from '@upstash/redis';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import { type Connect, startWatch, type Told } from './contender.js';
import { createLayout, DEDUP_WINDOW_S, type Layout } from './layout.js';

/** One pipeline of all SET NX, one of all writes: two requests, whatever the number of regions. */
export const connect: Connect = (endpoint) => {
  const redis = new Redis(endpoint);
  const layout = createLayout(endpoint);
  return async (snapshots) => {
    const elapsedMs = startWatch();
    const tell = (of: readonly Snapshot[], status: Told['status']): Told[] =>
      of.map(({ region_id: regionId }) => ({ regionId, status, doneMs: elapsedMs() }));
    try {
      const fresh = await claim(redis, layout, snapshots);
      const duplicates = tell(
        snapshots.filter((snapshot) => !fresh.has(snapshot)),
        'duplicate',
      );
      return [...duplicates, ...tell([...fresh], await write(redis, layout, fresh))];
    } catch {
      return tell(snapshots, 'failed');
    }
  };
};

async function claim(
  redis: Redis,
  layout: Layout,
  snapshots: readonly Snapshot[],
): Promise<ReadonlySet<Snapshot>> {
  const pipeline = redis.pipeline();
  for (const snapshot of snapshots) {
    pipeline.set(layout.dedupKey(snapshot), snapshot.meta.snapshot_id, { nx: true, ex: DEDUP_WINDOW_S });
  }
  const answers = await pipeline.exec<('OK' | null)[]>();
  return new Set(snapshots.filter((_, i) => answers[i] === 'OK'));
}

async function write(
  redis: Redis,
  layout: Layout,
  snapshots: ReadonlySet<Snapshot>,
): Promise<'persisted' | 'failed'> {
  if (snapshots.size === 0) return 'persisted';
  const pipeline = redis.pipeline();
  for (const snapshot of snapshots) layout.write(pipeline, snapshot);
  return pipeline.exec().then(
    () => 'persisted',
    () => 'failed',
  );
}
