/**
 * Gives up a claim that is still mine, else tells who holds the key.
 *
 * KEYS  1 dedup
 * ARGV  1 what all claims of mine begin with
 *
 * | reply                   | when                                       | the key space |
 * |-------------------------|--------------------------------------------|---------------|
 * | {'released'}            | dedup held a claim of mine                 | dedup deleted |
 * | {'absent'}              | dedup is not there: the lease has run out  | untouched     |
 * | {'held', value, ttl ms} | dedup holds another's claim or an id       | untouched     |
 */
export const SETTLE = `
local held = redis.call('GET', KEYS[1])
if not held then return {'absent'} end
if string.sub(held, 1, string.len(ARGV[1])) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return {'released'}
end
return {'held', held, redis.call('PTTL', KEYS[1])}
`;
