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
