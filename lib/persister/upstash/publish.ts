import { z } from 'zod';
import { RETENTION_MS, type SnapshotRecord } from '../record.js';
import { readSlot, type StoreClient } from './client.js';
import { StoreError } from './error.js';
import type { Keys } from './keys.js';

/** How long the same content of an entity counts as a duplicate, in ms. */
export const DEDUP_WINDOW_MS = 15 * 60_000;

export interface Publication {
  readonly record: SnapshotRecord;
  /** What a claim answered: the value that the dedup key must hold. */
  readonly fence: string;
  /** Epoch ms of the run. The age of the snapshot was judged by the same moment, so it cannot prune itself. */
  readonly now: number;
}

const PublishedSchema = z.enum(['stored', 'lost', 'conflict']);

export type PublishReply =
  | { readonly status: z.infer<typeof PublishedSchema> }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface Publishing {
  /**
   * Publishes claimed records, all in one pipeline, each as one atomic step: see {@link PUBLISH}.
   *
   * @returns a reply for each publication, in order
   * @throws StoreError when the request as a whole failed; some of the records may have been stored
   */
  publish(publications: readonly Publication[], signal: AbortSignal): Promise<readonly PublishReply[]>;
}

export interface Lifetimes {
  /** How long the keys of a snapshot live, in ms. */
  readonly retentionMs: number;
  /** How long the same content of an entity counts as a duplicate, in ms. */
  readonly dedupWindowMs: number;
}

export function createPublishing(client: StoreClient, keys: Keys, lifetimes: Lifetimes): Publishing {
  return {
    async publish(publications, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const publication of publications) {
          pipeline.eval(PUBLISH, publishKeys(keys, publication), publishArgs(publication, lifetimes));
        }
      }, signal);
      return slots.map((slot): PublishReply => {
        const published = readSlot(slot, PublishedSchema);
        return published instanceof StoreError
          ? { status: 'failed', error: published }
          : { status: published };
      });
    },
  };
}

function publishKeys(keys: Keys, { record: { entity, hash, id } }: Publication): string[] {
  return [
    keys.dedup(entity, hash),
    keys.snapshotById(id),
    keys.index(entity),
    keys.trend(entity),
    keys.latest(entity),
    keys.head(entity),
  ];
}

function publishArgs({ record, fence, now }: Publication, lifetimes: Lifetimes): (string | number)[] {
  const { retentionMs, dedupWindowMs } = lifetimes;
  // A snapshot dated ahead stays in the index that much longer, and what the index names must be there.
  const lifetimeMs = retentionMs + Math.max(0, record.at - now);
  return [
    fence,
    record.id,
    record.payload,
    record.at,
    record.head,
    record.point,
    lifetimeMs,
    dedupWindowMs,
    now - Math.max(retentionMs, RETENTION_MS),
  ];
}

/**
 * Publishes one snapshot as one atomic, fenced step.
 *
 * KEYS  1 dedup · 2 snapshot by id · 3 index · 4 trend · 5 latest · 6 head
 * ARGV  1 my claim, as the dedup key holds it
 *       2 snapshot id
 *       3 snapshot, JSON
 *       4 generated_at, epoch ms
 *       5 head, JSON
 *       6 trend point, JSON
 *       7 retention, ms
 *       8 dedup window, ms
 *       9 oldest generated_at to keep in index and trend, epoch ms
 *
 * | reply      | when                                             | the key space                               |
 * |------------|--------------------------------------------------|---------------------------------------------|
 * | `stored`   | dedup holds my claim, or my snapshot id (repeat) | by-id, index and trend written and pruned;  |
 * |            |                                                  | latest and head moved if mine is the newest |
 * | `lost`     | dedup holds anything else, or nothing            | untouched                                   |
 * | `conflict` | by-id exists with another payload                | untouched                                   |
 *
 * A script that fails half way is not rolled back, so every key is read before the first write: a key of the wrong
 * type then ends the script while nothing has been written. (Out of memory and read-only replicas are refused by
 * Redis at the first write, which is early enough.)
 *
 * The life of index and trend is extended, never cut short: a snapshot dated ahead lives longer than the ones after it,
 * and while `latest` names it the index must say that it is the newest.
 *
 * A tie in `generated_at` is decided as the index decides it: the greater id is the newer one.
 */
export const PUBLISH = `
local held = redis.call('GET', KEYS[1])
if held ~= ARGV[1] and held ~= ARGV[2] then return 'lost' end

local present = redis.call('GET', KEYS[2])
if present and present ~= ARGV[3] then return 'conflict' end

redis.call('ZCARD', KEYS[3])
redis.call('ZCARD', KEYS[4])
redis.call('GET', KEYS[5])
redis.call('GET', KEYS[6])

redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[7])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[6])
for i = 3, 4 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(' .. ARGV[9])
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[7]) then redis.call('PEXPIRE', KEYS[i], ARGV[7]) end
end
if redis.call('ZREVRANGE', KEYS[3], 0, 0)[1] == ARGV[2] then
  redis.call('SET', KEYS[5], ARGV[2], 'PX', ARGV[7])
  redis.call('SET', KEYS[6], ARGV[5], 'PX', ARGV[7])
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[8])
return 'stored'
`;
