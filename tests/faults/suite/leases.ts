import { LEASE_GRACE_MS } from '../../../lib/persister/lane.js';
import type { Keys } from '../../../lib/persister/upstash/keys.js';
import type { StoreHarness } from '../../support/store-harness.js';

/** Of a lease, in ms: what the persister adds to the run's own time, and the rounding up to seconds. */
const GRACE_MS = LEASE_GRACE_MS + 1_000;

/**
 * KEYS: dedup keys. ARGV: the longest lease that there may be, in ms. Deletes those that hold a claim which would be gone
 * after that time, in one step with looking.
 */
const EXPIRE_CLAIMS = `
for _, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  local ttl = redis.call('PTTL', key)
  if held and string.sub(held, 1, 6) == 'claim:' and ttl >= 0 and ttl <= tonumber(ARGV[1]) then
    redis.call('DEL', key)
  end
end
`;

/**
 * Lets all leases run out now instead of in 15 seconds. To every command that comes after, a key that has expired and
 * one that was deleted are the same: it is not there. What would not be gone in time is left, to be found out: a claim
 * without an end, or with a late one. So are ids, which have a window of their own.
 *
 * @param budgetMs the longest budget of those whose claims there may be
 */
export async function expireClaims(
  redis: StoreHarness['redis'],
  keys: Keys,
  budgetMs: number,
): Promise<void> {
  const held = await redis.keys(keys.dedup('*', '*'));
  if (held.length === 0) return;
  await redis.eval(EXPIRE_CLAIMS, { keys: held, arguments: [String(Math.ceil(budgetMs) + GRACE_MS)] });
}
