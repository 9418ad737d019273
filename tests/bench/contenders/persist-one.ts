import type { Redis } from '@upstash/redis';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { Told } from './contender.js';
import { DEDUP_WINDOW_S, type Layout } from './layout.js';

/**
 * Stores one snapshot: SET NX on its deduplication key, then a pipeline of six commands.
 *
 * @param elapsedMs ms since the start of the run
 * @returns what became of it; never throws
 */
export async function persistOne(
  redis: Redis,
  layout: Layout,
  snapshot: Snapshot,
  elapsedMs: () => number,
): Promise<Told> {
  const regionId = snapshot.region_id;
  try {
    const id = snapshot.meta.snapshot_id;
    const fresh = await redis.set(layout.dedupKey(snapshot), id, { nx: true, ex: DEDUP_WINDOW_S });
    if (fresh === null) return { regionId, status: 'duplicate', doneMs: elapsedMs() };
    const pipeline = redis.pipeline();
    layout.write(pipeline, snapshot);
    await pipeline.exec();
    return { regionId, status: 'persisted', doneMs: elapsedMs() };
  } catch {
    return { regionId, status: 'failed', doneMs: elapsedMs() };
  }
}
