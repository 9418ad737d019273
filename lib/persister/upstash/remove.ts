import { z } from 'zod';
import { type StoreClient, slotValue } from './client.js';
import type { Keys } from './keys.js';

/** A snapshot to remove, and the one that would then be the newest. */
export interface Removal {
  readonly entity: string;
  readonly id: string;
  /** Content hash, for the dedup key. */
  readonly hash: string;
  /** As it was read, so that nothing else is removed. */
  readonly payload: string;
  /** The newest snapshot that is left, with its head, JSON; null when none is left. */
  readonly successor: { readonly id: string; readonly head: string } | null;
}

export interface Removing {
  /**
   * The two newest ids of an entity by its index, newest first.
   *
   * @throws StoreError when the request to the store failed
   */
  newest(entity: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Removes a snapshot as one atomic step: see {@link REMOVE}.
   *
   * @throws StoreError when the request to the store failed
   */
  remove(removal: Removal, signal: AbortSignal): Promise<'removed' | 'absent' | 'moved'>;
}

export function createRemoving(client: StoreClient, keys: Keys): Removing {
  return {
    async newest(entity, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.zrange(keys.index(entity), 0, 1, { rev: true });
      }, signal);
      return slotValue(slot, z.array(z.string()));
    },
    async remove({ entity, id, hash, payload, successor }, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.eval(
          REMOVE,
          [
            keys.snapshotById(id),
            keys.index(entity),
            keys.trend(entity),
            keys.latest(entity),
            keys.head(entity),
            keys.dedup(entity, hash),
          ],
          [id, payload, successor?.id ?? '', successor?.head ?? ''],
        );
      }, signal);
      return slotValue(slot, z.enum(['removed', 'absent', 'moved']));
    },
  };
}

/**
 * Removes one snapshot as one atomic step.
 *
 * KEYS  1 snapshot by id · 2 index · 3 trend · 4 latest · 5 head · 6 dedup
 * ARGV  1 snapshot id
 *       2 the snapshot, JSON, as it was read
 *       3 id of the newest snapshot that would be left; '' for none
 *       4 head of that one, JSON
 *
 * | reply     | when                                                            | the key space                       |
 * |-----------|-----------------------------------------------------------------|-------------------------------------|
 * | `removed` | by-id holds the snapshot                                        | by-id gone, its members of index and |
 * |           |                                                                 | trend gone, its dedup key gone;     |
 * |           |                                                                 | latest and head go to the successor |
 * | `absent`  | by-id is gone, or holds another snapshot                        | untouched                           |
 * | `moved`   | the newest would not be ARGV 3: look again                      | untouched                           |
 */
const REMOVE = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 'absent' end
local latest = redis.call('GET', KEYS[4])
local newest = redis.call('ZREVRANGE', KEYS[2], 0, 1)
local successor = newest[1]
if successor == ARGV[1] then successor = newest[2] end
if (successor or '') ~= ARGV[3] then return 'moved' end

local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
local needle = '"id":"' .. ARGV[1] .. '"'
if score then
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], score, score)) do
    if string.find(member, needle, 1, true) then redis.call('ZREM', KEYS[3], member) end
  end
end
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('GET', KEYS[6]) == ARGV[1] then redis.call('DEL', KEYS[6]) end
if latest == ARGV[1] then
  local life = redis.call('PTTL', KEYS[4])
  if ARGV[3] == '' then
    redis.call('DEL', KEYS[4], KEYS[5])
  elseif life > 0 then
    redis.call('SET', KEYS[4], ARGV[3], 'PX', life)
    redis.call('SET', KEYS[5], ARGV[4], 'PX', life)
  end
end
redis.call('DEL', KEYS[1])
return 'removed'
`;
