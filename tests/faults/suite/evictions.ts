import type { Keys } from '../../../lib/persister/upstash/keys.js';

/**
 * What of the store was evicted at some time of a schedule, by what it is. An eviction takes a key and nothing else: an
 * invariant excepts what it says of that very key, and goes on to demand the rest.
 */
export interface Evictions {
  marker(regionId: string, hash: string): boolean;
  snapshot(id: string): boolean;
  index(regionId: string): boolean;
  trend(regionId: string): boolean;
  latest(regionId: string): boolean;
  head(regionId: string): boolean;
}

/** @param evicted the keys */
export function createEvictions(keys: Keys, evicted: ReadonlySet<string>): Evictions {
  return {
    marker: (regionId, hash) => evicted.has(keys.dedup(regionId, hash)),
    snapshot: (id) => evicted.has(keys.snapshotById(id)),
    index: (regionId) => evicted.has(keys.index(regionId)),
    trend: (regionId) => evicted.has(keys.trend(regionId)),
    latest: (regionId) => evicted.has(keys.latest(regionId)),
    head: (regionId) => evicted.has(keys.head(regionId)),
  };
}

const never = () => false;

export const NO_EVICTIONS: Evictions = {
  marker: never,
  snapshot: never,
  index: never,
  trend: never,
  latest: never,
  head: never,
};
