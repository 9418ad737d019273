import { z } from 'zod';
import { SnapshotIdSchema } from '../record.js';
import { readSlot, type Slot, type StoreClient } from './client.js';
import { StoreError } from './error.js';
import type { Keys } from './keys.js';

const CLAIM_PREFIX = 'claim:';

/** What is claimed: the idempotency key of one content of one entity, and in whose name. */
export interface ClaimRef {
  readonly entity: string;
  /** Content hash, see `contentHash`. */
  readonly hash: string;
  /** Random, new for each record of each run. Letters, digits and hyphens. */
  readonly token: string;
}

export interface ClaimRequest extends ClaimRef {
  /**
   * Counts the claim requests made with this token, from 1. Each leaves a value of its own in the key, so that a
   * request which is executed late, after its claim was given up, cannot revive the claim that a publish is fenced by.
   */
  readonly attempt: number;
  /** How long the claim lasts, in ms; rounded up to seconds. */
  readonly leaseMs: number;
}

export type ClaimReply =
  /** The claim is mine; `fence` is what a publish has to show. */
  | { readonly status: 'owned'; readonly fence: string }
  /** The content was stored before, as this id. */
  | { readonly status: 'duplicate'; readonly of: string }
  /** Another writer is at it; its claim ends after this many ms at the latest. */
  | { readonly status: 'in-flight'; readonly retryAfterMs: number }
  /** The key was taken at SET and gone at GET: claim again. */
  | { readonly status: 'expired' }
  | { readonly status: 'failed'; readonly error: StoreError };

export type SettleReply =
  | { readonly status: 'released' }
  | { readonly status: 'absent' }
  | { readonly status: 'duplicate'; readonly of: string }
  | { readonly status: 'in-flight'; readonly retryAfterMs: number }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface Claims {
  /**
   * Claims contents, all in one pipeline. What GET says decides, never SET: a SET NX whose answer was lost and
   * which is sent again answers null although the claim is mine.
   *
   * @returns a reply for each request, in order
   * @throws StoreError when the request as a whole failed; some of the claims may have been made
   */
  claim(requests: readonly ClaimRequest[], signal: AbortSignal): Promise<readonly ClaimReply[]>;
  /**
   * Gives up claims that are still mine, and tells who holds the others.
   *
   * @returns a reply for each claim, in order
   * @throws StoreError when the request as a whole failed
   */
  settle(claims: readonly ClaimRef[], signal: AbortSignal): Promise<readonly SettleReply[]>;
}

export function createClaims(client: StoreClient, keys: Keys): Claims {
  return {
    async claim(requests, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const request of requests) {
          const key = keys.dedup(request.entity, request.hash);
          pipeline
            .set(key, claimValue(request), { nx: true, ex: Math.ceil(request.leaseMs / 1000) })
            .get(key);
          if (asksForTtl(request)) pipeline.pttl(key);
        }
      }, signal);
      const next = slots[Symbol.iterator]();
      return requests.map((request) => {
        const [set, get] = [next.next().value, next.next().value];
        const ttl = asksForTtl(request) ? next.next().value : undefined;
        return claimReply(request, { set, get, ttl });
      });
    },
    async settle(claims, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const claim of claims) {
          pipeline.eval(SETTLE, [keys.dedup(claim.entity, claim.hash)], [ownerPrefix(claim.token)]);
        }
      }, signal);
      return slots.map(settleReply);
    },
  };
}

const ownerPrefix = (token: string) => `${CLAIM_PREFIX}${token}.`;
const claimValue = ({ token, attempt }: ClaimRequest) => `${ownerPrefix(token)}${attempt}`;

/** The first claim of a snapshot is two commands; only a writer that was turned away asks for how long. */
const asksForTtl = ({ attempt }: ClaimRequest) => attempt > 1;

const HeldSchema = z.string().nullable();
const SettledSchema = z.union([
  z.tuple([z.enum(['released', 'absent'])]),
  z.tuple([z.literal('held'), z.string(), z.int()]),
]);

function claimReply(
  request: ClaimRequest,
  slots: { set: Slot | undefined; get: Slot | undefined; ttl: Slot | undefined },
): ClaimReply {
  const held = readSlot(slots.get, HeldSchema);
  if (held instanceof StoreError) return { status: 'failed', error: held };
  if (held === null) {
    return slots.set?.ok === false ? { status: 'failed', error: slots.set.error } : { status: 'expired' };
  }
  if (held.startsWith(ownerPrefix(request.token))) return { status: 'owned', fence: held };
  const ttl = readSlot(slots.ttl, z.int().min(0));
  return holder(held, ttl instanceof StoreError ? request.leaseMs : ttl);
}

function settleReply(slot: Slot): SettleReply {
  const settled = readSlot(slot, SettledSchema);
  if (settled instanceof StoreError) return { status: 'failed', error: settled };
  return settled[0] === 'held' ? holder(settled[1], Math.max(0, settled[2])) : { status: settled[0] };
}

/** Who holds a dedup key that is not mine. */
function holder(held: string, ttlMs: number): SettleReply & ClaimReply {
  if (held.startsWith(CLAIM_PREFIX)) return { status: 'in-flight', retryAfterMs: ttlMs };
  if (SnapshotIdSchema.safeParse(held).success) return { status: 'duplicate', of: held };
  const error = new StoreError('dedup-unreadable', 'the dedup key holds neither a claim nor a snapshot id', {
    retryable: false,
  });
  return { status: 'failed', error };
}
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
