import { createClient } from '@redis/client';
import { zip } from '../../../lib/persister/lane.js';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import { NAMESPACE } from '../namespace.js';

/** Looks into the store past everything that is measured. */
export interface StoreWitness {
  /** How many of these are stored as they should be: by id, as their region's latest, and in its index. */
  countStored(snapshots: readonly Snapshot[]): Promise<number>;
  /** How many of these regions have a latest snapshot that is there. */
  countLatest(regionIds: readonly string[]): Promise<number>;
  /** Empties the store. */
  clear(): Promise<void>;
  close(): void;
}

const keys = createKeys(NAMESPACE);
/** How many are read back at once. */
const CHUNK = 200;

/** @param url of a Redis that belongs to the benchmark alone */
export async function connectWitness(url: string): Promise<StoreWitness> {
  const redis = createClient({ url });
  await redis.connect();

  async function countIn(chunk: readonly Snapshot[]): Promise<number> {
    const [payloads, latest, scores] = await Promise.all([
      redis.mGet(chunk.map(({ meta }) => keys.snapshotById(meta.snapshot_id))),
      redis.mGet(chunk.map(({ region_id }) => keys.latest(region_id))),
      Promise.all(chunk.map(({ region_id, meta }) => redis.zScore(keys.index(region_id), meta.snapshot_id))),
    ]);
    return zip(chunk, zip(payloads, zip(latest, scores))).filter(
      ([snapshot, [payload, [latestId, score]]]) =>
        payload === JSON.stringify(snapshot) &&
        latestId === snapshot.meta.snapshot_id &&
        score === snapshot.generated_at,
    ).length;
  }

  return {
    countStored: async (snapshots) => {
      let count = 0;
      for (let from = 0; from < snapshots.length; from += CHUNK) {
        count += await countIn(snapshots.slice(from, from + CHUNK));
      }
      return count;
    },
    countLatest: async (regionIds) => {
      const ids = (await redis.mGet(regionIds.map((id) => keys.latest(id)))).filter((id) => id !== null);
      return ids.length === 0 ? 0 : redis.exists(ids.map((id) => keys.snapshotById(id)));
    },
    clear: async () => {
      await redis.flushDb();
    },
    close: () => redis.destroy(),
  };
}
