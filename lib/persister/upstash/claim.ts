import { z } from 'zod';
import { SnapshotIdSchema } from '../record.js';
import { readSlot, type Slot, type StoreClient } from './client.js';
import { StoreError } from './error.js';
import type { Keys } from './keys.js';

const CLAIM_PREFIX = 'claim:';

/** What is claimed, the idempotency key of one content of one entity, and who claims it. */
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
  /** The claim is mine; a publish has to present `fence`. */
  | { readonly status: 'owned'; readonly fence: string }
  /** The content was stored before, as this id: see {@link Claims.verify}. */
  | { readonly status: 'duplicate'; readonly of: string }
  /** Another writer holds a claim, which ends within this many ms. */
  | { readonly status: 'in-flight'; readonly retryAfterMs: number }
  /** The key was taken at SET and gone at GET: claim again. */
  | { readonly status: 'expired' }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface SettleRequest extends ClaimRef {
  /** Of my snapshot. */
  readonly id: string;
  /** SHA-1 of my snapshot's text, lower-case hex: shorter than the text, and what a script can compute. */
  readonly payloadSha1: string;
}

/** `stored`: my snapshot is there, under its id and with its text. */
export type SettleReply =
  | { readonly status: 'released'; readonly stored: boolean }
  | { readonly status: 'absent'; readonly stored: boolean }
  | { readonly status: 'duplicate'; readonly of: string; readonly stored: boolean }
  | { readonly status: 'in-flight'; readonly retryAfterMs: number; readonly stored: boolean }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface Marker extends ClaimRef {
  /** The snapshot id that the dedup key holds. */
  readonly of: string;
}

export type VerifyReply =
  /** The snapshot is there. */
  | { readonly status: 'there' }
  /** The snapshot was not there, and the key that named it is gone: claim again. */
  | { readonly status: 'forgotten' }
  | { readonly status: 'failed'; readonly error: StoreError };

export interface Claims {
  /**
   * Claims contents, all in one pipeline. OK from SET is proof that the claim is mine, whatever a replica answers to
   * GET. Without it GET decides, never SET: a SET NX whose answer was lost and which is sent again answers null
   * although the claim is mine.
   *
   * @returns a reply for each request, in order
   * @throws StoreError when the request as a whole failed; some of the claims may have been made
   */
  claim(requests: readonly ClaimRequest[], signal: AbortSignal): Promise<readonly ClaimReply[]>;
  /**
   * Checks whether the snapshots that dedup keys name are there: see {@link VERIFY}.
   *
   * @returns a reply for each marker, in order
   * @throws StoreError when the request as a whole failed
   */
  verify(markers: readonly Marker[], signal: AbortSignal): Promise<readonly VerifyReply[]>;
  /**
   * Releases claims that are still mine, and reports who holds the others and whether my snapshots are stored: see
   * {@link SETTLE}.
   *
   * @returns a reply for each request, in order
   * @throws StoreError when the request as a whole failed
   */
  settle(requests: readonly SettleRequest[], signal: AbortSignal): Promise<readonly SettleReply[]>;
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
    async verify(markers, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const { entity, hash, of } of markers) {
          pipeline.eval(VERIFY, [keys.dedup(entity, hash), keys.snapshotById(of)], [of]);
        }
      }, signal);
      return slots.map((slot): VerifyReply => {
        const status = readSlot(slot, z.enum(['there', 'forgotten']));
        return status instanceof StoreError ? { status: 'failed', error: status } : { status };
      });
    },
    async settle(requests, signal) {
      const slots = await client.pipeline((pipeline) => {
        for (const { entity, hash, token, id, payloadSha1 } of requests) {
          const touched = [keys.dedup(entity, hash), keys.snapshotById(id)];
          pipeline.eval(SETTLE, touched, [ownerPrefix(token), payloadSha1]);
        }
      }, signal);
      return slots.map(settleReply);
    },
  };
}

const ownerPrefix = (token: string) => `${CLAIM_PREFIX}${token}.`;
const claimValue = ({ token, attempt }: ClaimRequest) => `${ownerPrefix(token)}${attempt}`;

/** The first claim of a snapshot is two commands; only a writer that was refused asks how long to wait. */
const asksForTtl = ({ attempt }: ClaimRequest) => attempt > 1;

const HeldSchema = z.string().nullable();
const StoredSchema = z.union([z.literal(0), z.literal(1)]).transform((stored) => stored === 1);
const SettledSchema = z.union([
  z.tuple([z.enum(['released', 'absent']), StoredSchema]),
  z.tuple([z.literal('held'), StoredSchema, z.string(), z.int()]),
]);

function claimReply(
  request: ClaimRequest,
  slots: { set: Slot | undefined; get: Slot | undefined; ttl: Slot | undefined },
): ClaimReply {
  if (slots.set?.ok === true && slots.set.result === 'OK') {
    return { status: 'owned', fence: claimValue(request) };
  }
  const held = readSlot(slots.get, HeldSchema);
  if (held instanceof StoreError) return { status: 'failed', error: held };
  if (held?.startsWith(ownerPrefix(request.token))) return { status: 'owned', fence: held };
  if (held === null) {
    return slots.set?.ok === false ? { status: 'failed', error: slots.set.error } : { status: 'expired' };
  }
  const ttl = readSlot(slots.ttl, z.int().min(0));
  return holder(held, ttl instanceof StoreError ? request.leaseMs : ttl);
}

function settleReply(slot: Slot): SettleReply {
  const settled = readSlot(slot, SettledSchema);
  if (settled instanceof StoreError) return { status: 'failed', error: settled };
  const stored = settled[1];
  if (settled[0] !== 'held') return { status: settled[0], stored };
  const held = holder(settled[2], Math.max(0, settled[3]));
  return held.status === 'failed' ? held : { ...held, stored };
}

/** Who holds a dedup key that is not mine. */
function holder(held: string, ttlMs: number): Holder {
  if (held.startsWith(CLAIM_PREFIX)) return { status: 'in-flight', retryAfterMs: ttlMs };
  if (SnapshotIdSchema.safeParse(held).success) return { status: 'duplicate', of: held };
  const error = new StoreError('dedup-unreadable', 'the dedup key holds neither a claim nor a snapshot id', {
    retryable: false,
  });
  return { status: 'failed', error };
}

type Holder = Extract<ClaimReply, { status: 'in-flight' | 'duplicate' | 'failed' }>;

/**
 * Checks whether the snapshot that a dedup key names is there. If not, for example because it was evicted, the key is
 * deleted: it would keep its content from being stored.
 *
 * KEYS  1 dedup · 2 the snapshot that it names, by id
 * ARGV  1 the snapshot id that dedup held
 *
 * | reply       | when                                          | the key space                          |
 * |-------------|-----------------------------------------------|----------------------------------------|
 * | `there`     | by-id exists                                  | untouched                              |
 * | `forgotten` | it does not                                   | dedup deleted, if it still names it    |
 */
const VERIFY = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 'there' end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'forgotten'
`;

/**
 * Releases a claim that is still mine, or else reports who holds the key; and checks whether my snapshot is stored,
 * because a missing marker, which may have been evicted, does not prove that it is not.
 *
 * KEYS  1 dedup · 2 my snapshot by id
 * ARGV  1 what all claims of mine begin with
 *       2 SHA-1 of my snapshot's text
 *
 * | reply                           | when                                      | the key space |
 * |---------------------------------|-------------------------------------------|---------------|
 * | {'released', stored}            | dedup held a claim of mine                | dedup deleted |
 * | {'absent', stored}              | dedup is not there: the lease has run out | untouched     |
 * | {'held', stored, value, ttl ms} | dedup holds the claim of another or an id | untouched     |
 *
 * stored: 1 when by-id holds my text, else 0.
 */
const SETTLE = `
local payload = redis.pcall('GET', KEYS[2])
local stored = 0
if type(payload) == 'string' and redis.sha1hex(payload) == ARGV[2] then stored = 1 end
local held = redis.call('GET', KEYS[1])
if not held then return {'absent', stored} end
if string.sub(held, 1, string.len(ARGV[1])) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return {'released', stored}
end
return {'held', stored, held, redis.call('PTTL', KEYS[1])}
`;
