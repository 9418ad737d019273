import type { Deadline } from '../limits/deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../limits/retry.js';
import type { Heard, Lane } from './lane.js';
import {
  CLAIM_LOST,
  type Ending,
  failed,
  ID_CONFLICT,
  type Obstacle,
  type Outcome,
  obstacleFrom,
} from './outcome.js';
import type { SnapshotRecord } from './record.js';
import type { SettleReply } from './upstash/claim.js';
import type { PublishReply } from './upstash/publish.js';

export interface PersistOneDeps {
  readonly lane: Lane;
  readonly deadline: Deadline;
  readonly random: () => number;
  /** Names the claims of this record; random, new for each record of each run. */
  readonly token: string;
}

/** How the claim of another writer is waited for: about two seconds, the time of a few commits. */
const IN_FLIGHT: RetryPolicy = { attempts: 6, baseMs: 100, capMs: 1_000 };

/**
 * The life of one record:
 *
 * ```
 * claim ──▶ mine ────────────▶ publish ──▶ stored ──────────────▶ persisted
 *   │                             └──────▶ refused or unheard ──▶ settle ──▶ persisted │ duplicate │ in-flight │ failed
 *   ├─────▶ a snapshot id ─────────────────────────────────────▶ duplicate
 *   ├─────▶ the claim of another ──▶ wait, claim again ─────────▶ … or in-flight
 *   └─────▶ unheard ───────────────────────────────────────────▶ settle ──▶ failed, and the claim is released
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

  for (let turn = 1; ; turn += 1) {
    // Every request so far was a claim.
    const claim = await counted(lane.claim(ref, attempts));
    claimedMs = deadline.elapsedMs();
    if (claim.status === 'owned') return end(await commit(claim.fence));
    if (claim.status === 'duplicate') return end({ status: 'duplicate', duplicateOf: claim.of });
    if (claim.status === 'failed') return end(await settle(obstacleFrom('claim', claim.error)));
    // Held by another writer, or expired between the two commands of the claim.
    const hasTurn = turn < IN_FLIGHT.attempts;
    if (!hasTurn || !(await waitWithin(backoffMs(IN_FLIGHT, turn, random), deadline.limit('persist')))) {
      return end({ status: 'in-flight', retryAfterMs: claim.status === 'expired' ? 0 : claim.retryAfterMs });
    }
  }

  async function commit(fence: string): Promise<Ending> {
    const obstacle = obstacleOf(await counted(lane.publish(record, fence)));
    return obstacle === null ? { status: 'persisted' } : settle(obstacle);
  }

  async function settle(obstacle: Obstacle): Promise<Ending> {
    return endingOf(obstacle, record.id, await counted(lane.settle(ref)));
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

/** null when the snapshot is stored. */
function obstacleOf(reply: PublishReply): Obstacle | null {
  if (reply.status === 'stored') return null;
  if (reply.status === 'failed') return obstacleFrom('commit', reply.error);
  return reply.status === 'lost' ? CLAIM_LOST : ID_CONFLICT;
}

/**
 * What an obstacle comes to, once settle has told who holds the dedup key.
 *
 * @param id of our snapshot
 */
export function endingOf(obstacle: Obstacle, id: string, settled: SettleReply): Ending {
  if (settled.status === 'failed') {
    // Before a commit was sent there is nothing that could have been stored.
    return failed(obstacle, obstacle.phase === 'commit' && !obstacle.refused ? 'unknown' : 'no');
  }
  if (settled.status === 'in-flight') return { status: 'in-flight', retryAfterMs: settled.retryAfterMs };
  if (settled.status !== 'duplicate') return failed(obstacle, 'no');
  // Our id in the key means that the commit worked and only its answer was lost, unless we know that it did not.
  const ours = settled.of === id && obstacle.phase === 'commit' && !obstacle.refused;
  return ours ? { status: 'persisted' } : { status: 'duplicate', duplicateOf: settled.of };
}

/** Tenths of a millisecond are enough for a waterfall. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
