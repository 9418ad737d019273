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

/** How often the claim of another writer is looked at: it may be released long before its lease ends. */
const POLL = { baseMs: 100, capMs: 5_000 };
/** Before a key that has just become free is claimed; longer each time, as a replica that lags says so again and again. */
const FREE: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, baseMs: 20, capMs: 2_000 };
/** How often a claim may turn out lost, or a marker may name what is not there, before it is given up. */
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
 * @returns its outcome; never throws for what the store did or did not do
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
  /** A commit was sent and not heard: whatever is heard later, it may have stored the record. */
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

  /** What the snapshot comes to whose id the dedup key holds; 'gone' when it is not there. */
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
    // What settle has told is certain: no commit can store anything any more. A duplicate only of a snapshot that is there.
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

/** Its marker named a snapshot that was not there, again and again: something else deletes what is stored. */
const GONE: Obstacle = {
  phase: 'claim',
  code: 'duplicate-gone',
  message: 'the snapshot that holds this content was gone each time it was looked for',
  refused: true,
};

type Settled = Exclude<SettleReply, { status: 'failed' }>;

function obstacleOf(reply: Exclude<PublishReply, { status: 'stored' }>): Obstacle {
  if (reply.status === 'failed') return obstacleFrom('commit', reply.error);
  return reply.status === 'lost' ? CLAIM_LOST : ID_CONFLICT;
}

/**
 * What an obstacle comes to, once settle has told who holds the dedup key and whether the snapshot is stored.
 *
 * @param id of our snapshot
 */
function endingOf(obstacle: Obstacle, id: string, settled: Settled): Ending {
  const { phase, refused } = obstacle;
  // It is there: by our commit, of which only the answer was lost, or by an earlier one.
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
