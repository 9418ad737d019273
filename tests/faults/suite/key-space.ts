import { z } from 'zod';
import type { Keys } from '../../../lib/persister/upstash/keys.js';
import { type RunReport, RunReportSchema } from '../../../lib/runs/report.js';
import { snapshotHash, TrendPointSchema } from '../../../lib/runs/snapshot.js';
import type { StoreHarness } from '../../support/store-harness.js';
import { type Pointers, readPointers } from './pointers.js';

/** Everything that is stored, read behind the gateway. */
export interface KeySpace {
  readonly regions: ReadonlyMap<string, RegionKeys>;
  /** By id. */
  readonly snapshots: ReadonlyMap<string, StoredSnapshot>;
  /** Those of runs, newest first, then those of pushes. */
  readonly runs: readonly RunReport[];
}

export interface RegionKeys {
  readonly index: readonly Entry[];
  readonly trend: readonly Entry[];
  readonly pointers: Pointers;
}

export interface Entry {
  readonly id: string;
  readonly generatedAt: number;
}

export interface StoredSnapshot extends Entry {
  readonly regionId: string;
  readonly hash: string;
}

type Redis = StoreHarness['redis'];

export async function readKeySpace(
  redis: Redis,
  keys: Keys,
  regionIds: readonly string[],
): Promise<KeySpace> {
  const regions = await Promise.all(
    regionIds.map(async (regionId) => [regionId, await readRegion(redis, keys, regionId)] as const),
  );
  const runs = (await Promise.all([keys.runs, keys.pushes].map((list) => redis.lRange(list, 0, -1)))).flat();
  return {
    regions: new Map(regions),
    snapshots: await readSnapshots(redis, keys),
    runs: runs.map((text) => RunReportSchema.parse(JSON.parse(text))),
  };
}

async function readRegion(redis: Redis, keys: Keys, regionId: string): Promise<RegionKeys> {
  const [index, trend, pointers] = await Promise.all([
    redis.zRangeWithScores(keys.index(regionId), 0, -1),
    redis.zRangeWithScores(keys.trend(regionId), 0, -1),
    readPointers(redis, keys, regionId),
  ]);
  return {
    index: index.map(({ value, score }) => ({ id: value, generatedAt: score })),
    trend: trend.map(({ value, score }) => ({
      id: TrendPointSchema.parse(JSON.parse(value)).id,
      generatedAt: score,
    })),
    pointers,
  };
}

const PayloadSchema = z.looseObject({
  region_id: z.string(),
  generated_at: z.number(),
  meta: z.object({ snapshot_id: z.string() }),
});

/** Found by their keys, not by the index: what is stored but not listed is found, too. */
async function readSnapshots(redis: Redis, keys: Keys): Promise<Map<string, StoredSnapshot>> {
  const prefix = keys.snapshotById('');
  const names = await redis.keys(`${prefix}*`);
  return readSnapshotsById(
    redis,
    keys,
    names.map((name) => name.slice(prefix.length)),
  );
}

/** @returns those that there are */
export async function readSnapshotsById(
  redis: Redis,
  keys: Keys,
  ids: readonly string[],
): Promise<Map<string, StoredSnapshot>> {
  if (ids.length === 0) return new Map();
  const payloads = await redis.mGet(ids.map((id) => keys.snapshotById(id)));
  return new Map(
    ids.flatMap((id, i) => {
      const text = payloads[i];
      if (typeof text !== 'string') return [];
      const payload = PayloadSchema.parse(JSON.parse(text));
      const { region_id: regionId, generated_at: generatedAt } = payload;
      return [[id, { id, regionId, generatedAt, hash: snapshotHash(payload) }]];
    }),
  );
}
