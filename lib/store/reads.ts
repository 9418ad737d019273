import { z } from 'zod';
import { parseJson } from '../parse-json.js';
import { type RunReport, RunReportSchema } from '../report.js';
import { SnapshotIdSchema } from '../snapshot.js';
import type { StoreClient } from './client.js';
import type { Keys } from './keys.js';
import { RUNS_KEPT } from './runs.js';
import { READ_LATEST } from './scripts/read-latest.js';
import { slotValue } from './slot-value.js';
import { readStoredSnapshot, type StoredSnapshot } from './stored-snapshot.js';

export interface StoredRuns {
  /** Newest first. */
  readonly runs: readonly RunReport[];
  /** How many entries of the list are no run reports. */
  readonly unreadable: number;
}

/** Reads for whoever wants to look. One request each. */
export interface Reads {
  /**
   * The newest snapshot of a region.
   *
   * @throws StoreError when the store could not be asked, or its `latest` holds no snapshot id
   */
  latest(regionId: string, signal: AbortSignal): Promise<StoredSnapshot>;
  /**
   * One snapshot by its id.
   *
   * @throws StoreError when the store could not be asked
   */
  snapshot(id: string, signal: AbortSignal): Promise<StoredSnapshot>;
  /**
   * The reports of the last runs.
   *
   * @throws StoreError when the store could not be asked
   */
  runs(signal: AbortSignal): Promise<StoredRuns>;
}

export function createReads(client: StoreClient, keys: Keys): Reads {
  return {
    async latest(regionId, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.evalRo(READ_LATEST, [keys.latest(regionId)], [keys.snapshotById('')]);
      }, signal);
      const named = slotValue(slot, LatestSchema);
      if (named === null) return { status: 'absent' };
      const [id, payload] = named;
      return payload === undefined
        ? { status: 'unreadable', id, message: `is not there, though the latest of ${regionId} names it` }
        : readStoredSnapshot(payload, { id, regionId });
    },
    async snapshot(id, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.get(keys.snapshotById(id));
      }, signal);
      if (slot?.ok === false && slot.error.code === 'redis-wrongtype') {
        return { status: 'unreadable', id, message: 'is stored as something else than a string' };
      }
      const payload = slotValue(slot, z.string().nullable());
      return payload === null ? { status: 'absent' } : readStoredSnapshot(payload, { id });
    },
    async runs(signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.lrange(keys.runs, 0, RUNS_KEPT - 1);
      }, signal);
      const entries = slotValue(slot, z.array(z.string()));
      const runs = entries.flatMap((entry) => RunReportSchema.safeParse(parseJson(entry)).data ?? []);
      return { runs, unreadable: entries.length - runs.length };
    },
  };
}

const LatestSchema = z
  .union([z.tuple([SnapshotIdSchema]), z.tuple([SnapshotIdSchema, z.string()])])
  .nullable();
