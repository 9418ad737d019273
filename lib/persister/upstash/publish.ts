import { z } from 'zod';
import { RETENTION_MS, type SnapshotRecord } from '../record.js';
import { readSlot, type StoreClient } from './client.js';
import { StoreError } from './error.js';
import type { Keys } from './keys.js';

/** How long the same content of an entity counts as a duplicate, in ms. */
export const DEDUP_WINDOW_MS = 15 * 60_000;

export interface Publication {
  readonly record: SnapshotRecord;
  /** The value from the answer to the claim, which the dedup key must still hold. */
  readonly fence: string;
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
    keys.regimeHistory(entity),
    keys.memory(entity),
  ];
}

/** All as strings: some servers of the same API read JSON numbers as floats and pass on `7.776e+09`. */
function publishArgs({ record, fence }: Publication, { retentionMs, dedupWindowMs }: Lifetimes): string[] {
  const { transition } = record;
  return [
    fence,
    record.id,
    record.payload,
    `${record.at}`,
    record.head,
    record.point,
    `${retentionMs}`,
    `${dedupWindowMs}`,
    `${Math.max(retentionMs, RETENTION_MS)}`,
    transition?.label ?? '',
    transition?.before ?? '',
    transition?.after ?? '',
    record.memory ?? '',
  ];
}

/** How many changes of regime are kept. */
const TRANSITIONS_KEPT = 100;

/**
 * Publishes one snapshot as one atomic, fenced step.
 *
 * KEYS  1 dedup · 2 snapshot by id · 3 index · 4 trend · 5 latest · 6 head · 7 regime history · 8 run memory
 * ARGV  1 my claim, as the dedup key holds it
 *       2 snapshot id
 *       3 snapshot, JSON
 *       4 generated_at, epoch ms
 *       5 head, JSON
 *       6 trend point, JSON
 *       7 retention, ms
 *       8 dedup window, ms
 *       9 how far back index and trend reach, ms
 *      10 label of the regime; '' for none
 *      11 the part of a history entry before the previous label, JSON
 *      12 the part after it
 *      13 what the next run is to remember, JSON; '' leaves what is remembered
 *
 * | reply      | when                                             | the key space                                  |
 * |------------|--------------------------------------------------|------------------------------------------------|
 * | `stored`   | dedup holds my claim, or my snapshot id (a       | by-id, index and trend written and pruned;     |
 * |            | repeat), or is gone while by-id and index hold   | latest, head and history moved if mine is the  |
 * |            | exactly this snapshot (a repeat after the marker | newest by index and by head; memory written    |
 * |            | was evicted)                                     | unless that of a later run is there; the claim |
 * |            |                                                  | turned into the snapshot id                    |
 * | `lost`     | dedup holds anything else, or nothing            | untouched                                      |
 * | `conflict` | by-id exists with another payload                | untouched                                      |
 *
 * A script that fails half way is not rolled back, so every key is read before the first write: a key of the wrong
 * type then ends the script while nothing has been written. (Out of memory and read-only replicas are refused by
 * Redis at the first write, which is early enough.)
 *
 * Ages go by the server's TIME: a writer whose clock is wrong prunes nothing. A snapshot dated ahead stays in the
 * index that much longer, and what the index names must be there. The life of index and trend is extended, never cut
 * short, for the same reason.
 *
 * Of two runs that overlap, the earlier may commit last: it does not bring back what it remembers, or the next run
 * would forget what the later one heard. A memory that is dated more than 10 minutes ahead is from a wrong clock, and
 * gives way.
 *
 * A tie in `generated_at` is decided as the index decides it: the greater id is the newer one.
 */
export const PUBLISH = `
local held = redis.call('GET', KEYS[1])
local present = redis.call('GET', KEYS[2])
if held ~= ARGV[1] and held ~= ARGV[2] then
  local isRepeat = not held and present == ARGV[3] and redis.call('ZSCORE', KEYS[3], ARGV[2])
  if not isRepeat then return 'lost' end
end
if present and present ~= ARGV[3] then return 'conflict' end

redis.call('ZCARD', KEYS[3])
redis.call('ZCARD', KEYS[4])
redis.call('GET', KEYS[5])
local oldHead = redis.call('GET', KEYS[6])
redis.call('LLEN', KEYS[7])
local oldMemory = redis.call('GET', KEYS[8])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = tonumber(ARGV[4])
local life = string.format('%.0f', tonumber(ARGV[7]) + math.max(0, at - now))
local oldest = string.format('(%.0f', now - tonumber(ARGV[9]))

local function decode(text)
  local ok, value = pcall(cjson.decode, text)
  return ok and type(value) == 'table' and value or {}
end
local before = oldHead and string.len(oldHead) <= 16384 and decode(oldHead) or {}
local headAt = tonumber(before.generated_at)
local isNewest = not headAt or headAt < at or (headAt == at and tostring(before.id) <= ARGV[2])

redis.call('SET', KEYS[2], ARGV[3], 'PX', life)
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[2])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[6])
for i = 3, 4 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', oldest)
  if redis.call('PTTL', KEYS[i]) < tonumber(life) then redis.call('PEXPIRE', KEYS[i], life) end
end
if isNewest and redis.call('ZREVRANGE', KEYS[3], 0, 0)[1] == ARGV[2] then
  redis.call('SET', KEYS[5], ARGV[2], 'PX', life)
  redis.call('SET', KEYS[6], ARGV[5], 'PX', life)
  local label = type(before.regime) == 'table' and before.regime.label
  if ARGV[10] ~= '' and type(label) == 'string' and label ~= ARGV[10] then
    redis.call('LPUSH', KEYS[7], ARGV[11] .. cjson.encode(label) .. ARGV[12])
    redis.call('LTRIM', KEYS[7], 0, ${TRANSITIONS_KEPT - 1})
    redis.call('PEXPIRE', KEYS[7], ARGV[7])
  end
end
if ARGV[13] ~= '' then
  local kept = oldMemory and string.len(oldMemory) <= 65536 and tonumber(decode(oldMemory).generated_at)
  if not kept or kept <= at or kept > now + 600000 then
    redis.call('SET', KEYS[8], ARGV[13], 'PX', ARGV[7])
  end
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[8])
return 'stored'
`;
