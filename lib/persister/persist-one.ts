import { createHash } from 'node:crypto';
import type { Deadline } from '../limits/deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../limits/retry.js';
import type { Heard, Lane } from './lane.js';
import {
  CLAIM_LOST,
  type Ending,
  type Failure,
  failed,
  ID_CONFLICT,
  type Obstacle,
  type Outcome,
  obstacleFrom,
} from './outcome.js';
import type { SnapshotRecord } from './record.js';
import type { ClaimReply, SettleReply } from './upstash/claim.js';
import type { PublishReply } from './upstash/publish.js';

export interface PersistOneDeps {
  readonly lane: Lane;
  readonly deadline: Deadline;
  readonly random: () => number;
  /** Names the claims of this record; random, new for each record of each run. */
  readonly token: string;
}

/** How often the claim of another writer is checked: it may be released long before its lease ends. */
const POLL = { baseMs: 100, capMs: 5_000 };
/**
 * The wait before claiming a key that has just become free; longer each time, because a lagging replica may say so
 * repeatedly.
 */
const FREE: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, baseMs: 20, capMs: 2_000 };
/** How often a claim may be lost, or a marker may name a missing snapshot, before giving up. */
const MOST_RECLAIMS = 3;

/**
 * The life of one record:
 *
 * ```
 * claim ──▶ mine ────────────▶ publish ──▶ stored ──────────────▶ persisted
 *   │                             ├──────▶ lost ────────────────▶ claim again, once
 *   │                             └──────▶ refused or unheard ──▶ settle ──▶ persisted │ duplicate │ in-flight │ failed
 *   ├─────▶ a snapshot id ──▶ verify ──▶ there ────────────────▶ duplicate
 *   │                           └──────▶ gone ─────────────────▶ claim again
 *   ├─────▶ the claim of another ──▶ wait, at most for its lease, and claim again … or in-flight at the end of the budget
 *   └─────▶ unheard ──────────────────────────────────────────▶ settle ──▶ failed, and the claim is released
 * ```
 *
 * @returns its outcome; never throws for failures of the store
 */
export async function persistOne(record: SnapshotRecord, deps: PersistOneDeps): Promise<Outcome> {
  const { lane, deadline, random, token } = deps;
  const ref = { entity: record.entity, hash: record.hash, token };
  const startMs = deadline.elapsedMs();
  let claimedMs = startMs;
  let attempts = 0;
  let claims = 0;
  let polls = 0;
  let reclaims = 0;
  let frees = 0;
  /** A commit was sent and its answer lost: whatever is learned later, it may have stored the record. */
  let commitUnheard = false;

  for (;;) {
    const claim = await claimOnce();
    if (claim.status === 'failed') return end(await settle(obstacleFrom('claim', claim.error)));
    if (claim.status === 'owned') {
      const { reply: published, requests } = await lane.publish(record, claim.fence);
      attempts += requests;
      commitUnheard ||= requests > 1 || published.status === 'failed';
      if (published.status === 'stored') return end({ status: 'persisted' });
      const isLost = published.status === 'lost';
      if (!isLost || !mayReclaim(1)) return end(await settle(obstacleOf(published)));
    } else if (claim.status === 'duplicate') {
      const verified = await verify(claim.of);
      if (verified !== 'gone' || !mayReclaim(MOST_RECLAIMS))
        return end(verified === 'gone' ? failed(GONE, unlessUnheard()) : verified);
    } else if (claim.status === 'expired') {
      // Between the two commands of the claim: it is free by now.
      frees += 1;
      if (!(await waitWithin(backoffMs(FREE, frees, random), deadline.limit('persist')))) {
        return end(await settle({ ...CLAIM_LOST, phase: 'claim' }));
      }
    } else if (!(await waitForClaim(claim.retryAfterMs))) {
      return end({ status: 'in-flight', retryAfterMs: claim.retryAfterMs });
    }
  }

  async function claimOnce(): Promise<ClaimReply> {
    const { reply, requests } = await lane.claim(ref, claims);
    attempts += requests;
    claims += requests;
    claimedMs = deadline.elapsedMs();
    return reply;
  }

  function mayReclaim(most: number): boolean {
    reclaims += 1;
    return reclaims <= most;
  }

  /** The outcome when the dedup key holds a snapshot id; 'gone' when that snapshot is not there. */
  async function verify(of: string): Promise<Ending | 'gone'> {
    const reply = await counted(lane.verify({ ...ref, of }));
    if (reply.status === 'there') return { status: 'duplicate', duplicateOf: of };
    // An outage is never reported as a duplicate.
    return reply.status === 'failed' ? failed(obstacleFrom('claim', reply.error), unlessUnheard()) : 'gone';
  }

  function unlessUnheard(): Failure['stored'] {
    return commitUnheard ? 'unknown' : 'no';
  }

  /** Until it may have been released, or its lease has ended. @returns false when there is no time for that */
  function waitForClaim(leaseMs: number): Promise<boolean> {
    polls += 1;
    const pollMs = Math.min(POLL.capMs, POLL.baseMs * 2 ** (polls - 1)) * (0.5 + random() / 2);
    return waitWithin(leaseMs > 0 ? Math.min(pollMs, leaseMs) : pollMs, deadline.limit('persist'));
  }

  async function settle(obstacle: Obstacle): Promise<Ending> {
    const payloadSha1 = createHash('sha1').update(record.payload).digest('hex');
    const settled = await counted(lane.settle({ ...ref, id: record.id, payloadSha1 }));
    if (settled.status === 'failed') return failed(obstacle, unlessUnheard());
    commitUnheard = false;
    const ending = endingOf(obstacle, record.id, settled);
    if (ending.status !== 'duplicate' || ending.duplicateOf === record.id) return ending;
    // The answer of settle is final: no commit can store anything any more. A duplicate must still be there, though.
    const verified = await verify(ending.duplicateOf);
    return verified === 'gone' ? failed(obstacle, 'no') : verified;
  }

  async function counted<R>(asking: Promise<Heard<R>>): Promise<R> {
    const { reply, requests } = await asking;
    attempts += requests;
    return reply;
  }

  function end(ending: Ending): Outcome {
    const { entity, id } = record;
    const commitMs = round(Math.max(0, deadline.elapsedMs() - claimedMs));
    return {
      entity,
      ...ending,
      id,
      attempts,
      startMs: round(startMs),
      claimMs: round(claimedMs - startMs),
      commitMs,
    };
  }
}

/** Its marker repeatedly named a missing snapshot: something else deletes what is stored. */
const GONE: Obstacle = {
  phase: 'claim',
  code: 'duplicate-gone',
  message: 'the snapshot with this content was missing each time it was looked up',
  refused: true,
};

type Settled = Exclude<SettleReply, { status: 'failed' }>;

function obstacleOf(reply: Exclude<PublishReply, { status: 'stored' }>): Obstacle {
  if (reply.status === 'failed') return obstacleFrom('commit', reply.error);
  return reply.status === 'lost' ? CLAIM_LOST : ID_CONFLICT;
}

/**
 * The outcome after an obstacle, once settle has found out who holds the dedup key and whether the snapshot is stored.
 *
 * @param id of our snapshot
 */
function endingOf(obstacle: Obstacle, id: string, settled: Settled): Ending {
  const { phase, refused } = obstacle;
  // It is stored: by our commit, whose answer was lost, or by an earlier one.
  if (settled.stored) {
    return phase === 'commit' && !refused
      ? { status: 'persisted' }
      : { status: 'duplicate', duplicateOf: id };
  }
  if (settled.status === 'in-flight') return { status: 'in-flight', retryAfterMs: settled.retryAfterMs };
  if (settled.status === 'duplicate') return { status: 'duplicate', duplicateOf: settled.of };
  return failed(obstacle, 'no');
}

/** Tenths of a millisecond are enough for a waterfall. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
