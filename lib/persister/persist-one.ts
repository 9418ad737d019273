import type { Deadline } from '../limits/deadline.js';
import { backoffMs, type RetryPolicy, waitWithin } from '../limits/retry.js';
import type { Trace } from '../tracing.js';
import { cutBatches, sendStep } from './lane.js';
import {
  CLAIM_LOST,
  ID_CONFLICT,
  type Outcome,
  outcomeOf,
  type Passage,
  type Setback,
  setbackFrom,
} from './outcome.js';
import type { ClaimReply, ClaimRequest, Claims } from './upstash/claim.js';
import type { Commits, PublishReply } from './upstash/publish.js';

export interface LaneDeps {
  readonly store: Pick<Claims, 'claim' | 'settle'> & Pick<Commits, 'publish'>;
  readonly deadline: Deadline;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  /** Limit of one request's body, in bytes. */
  readonly maxRequestBytes: number;
  /** Each step of the lane is a span under it. */
  readonly trace: Trace;
}

/** A claim outlives the function that took it by this much and no more, in ms. */
export const LEASE_GRACE_MS = 15_000;
/** Settle has little time, and the lease ends what it could not. */
const SETTLE_ATTEMPTS = 3;
/** How another writer's claim is waited for: about two seconds, the time of a few commits. */
const IN_FLIGHT: RetryPolicy = { attempts: 6, baseMs: 100, capMs: 1_000 };

type Owned = { readonly passage: Passage; readonly fence: string };
type Stopped = { readonly passage: Passage; readonly setback: Setback };

/**
 * Takes snapshots through the protocol, together:
 *
 * ```
 * claim ──▶ mine ───────────▶ publish ──▶ stored ──────────────▶ persisted
 *   │                            └──────▶ refused or unheard ──▶ settle ──▶ persisted │ duplicate │ in-flight │ failed
 *   ├─────▶ a snapshot id ────────────────────────────────────▶ duplicate
 *   ├─────▶ another's claim ──▶ wait with backoff, claim again ──▶ … or in-flight
 *   └─────▶ unheard ──────────────────────────────────────────▶ settle ──▶ failed, and the claim is given up
 * ```
 *
 * Those that wait or settle hold up none of those that can be committed.
 *
 * @param passages of this lane; each is given its outcome
 */
export async function persistLane(passages: readonly Passage[], deps: LaneDeps): Promise<void> {
  const { store, deadline, random, retry, maxRequestBytes, trace } = deps;
  await claimAndCommit(passages, 1);

  async function claimAndCommit(claiming: readonly Passage[], turn: number): Promise<void> {
    const sent = await sendStep(claiming, {
      step: 'claim',
      trace,
      send: (batch, signal) => store.claim(batch.map(nextClaim), signal),
      policy: retry,
      limit: deadline.limit('persist'),
      random,
    });
    const owned: Owned[] = [];
    const waiting: Passage[] = [];
    const stopped: Stopped[] = [];
    for (const { item: passage, ...answer } of sent) {
      passage.claimedMs = deadline.elapsedMs();
      const reply: ClaimReply = answer.ok ? answer.reply : { status: 'failed', error: answer.error };
      if (reply.status === 'owned') owned.push({ passage, fence: reply.fence });
      else if (reply.status === 'failed')
        stopped.push({ passage, setback: setbackFrom('claim', reply.error) });
      else if (reply.status === 'duplicate') end(passage, { status: 'duplicate', duplicateOf: reply.of });
      else {
        end(passage, {
          status: 'in-flight',
          retryAfterMs: reply.status === 'expired' ? 0 : reply.retryAfterMs,
        });
        waiting.push(passage);
      }
    }
    await Promise.all([commit(owned), settle(stopped), claimLater(waiting, turn)]);
  }

  /** Until a later claim says otherwise, those that wait are in flight. */
  async function claimLater(waiting: readonly Passage[], turn: number): Promise<void> {
    if (waiting.length === 0 || turn >= IN_FLIGHT.attempts) return;
    const hasTime = await waitWithin(backoffMs(IN_FLIGHT, turn, random), deadline.limit('persist'));
    if (hasTime) await claimAndCommit(waiting, turn + 1);
  }

  async function commit(owned: readonly Owned[]): Promise<void> {
    for (const batch of cutBatches(owned, requestBytes, maxRequestBytes)) await commitBatch(batch);
  }

  async function commitBatch(owned: readonly Owned[]): Promise<void> {
    const sent = await sendStep(owned, {
      step: 'commit',
      trace,
      send: (batch, signal) => {
        for (const { passage } of batch) passage.attempts += 1;
        return store.publish(
          batch.map(({ passage: { snapshot }, fence }) => ({ snapshot, fence, now: deadline.startedAt })),
          signal,
        );
      },
      policy: retry,
      limit: deadline.limit('persist'),
      random,
    });
    const stopped: Stopped[] = [];
    for (const { item, ...answer } of sent) {
      const setback = answer.ok ? publishSetback(answer.reply) : setbackFrom('commit', answer.error);
      if (setback === null) end(item.passage, { status: 'persisted' });
      else stopped.push({ passage: item.passage, setback });
    }
    await settle(stopped);
  }

  async function settle(stopped: readonly Stopped[]): Promise<void> {
    if (stopped.length === 0) return;
    const sent = await sendStep(stopped, {
      step: 'settle',
      trace,
      send: (batch, signal) => {
        for (const { passage } of batch) passage.attempts += 1;
        return store.settle(
          batch.map(({ passage }) => claimRef(passage)),
          signal,
        );
      },
      policy: { ...retry, attempts: SETTLE_ATTEMPTS },
      limit: deadline.limit('settle'),
      random,
    });
    for (const { item, ...answer } of sent) {
      const { passage, setback } = item;
      end(passage, outcomeOf(setback, passage.snapshot.id, answer.ok ? answer.reply : null));
    }
  }

  function nextClaim(passage: Passage): ClaimRequest {
    passage.attempts += 1;
    passage.claims += 1;
    const leaseMs = deadline.limit('report').remainingMs() + LEASE_GRACE_MS;
    return { ...claimRef(passage), attempt: passage.claims, leaseMs };
  }

  function end(passage: Passage, outcome: Outcome): void {
    passage.outcome = outcome;
    passage.endedMs = deadline.elapsedMs();
  }
}

const claimRef = ({ snapshot: { regionId, hash }, token }: Passage) => ({ regionId, hash, token });
const requestBytes = ({ passage }: Owned) => passage.snapshot.requestBytes;

/** null when the snapshot is stored. */
function publishSetback(reply: PublishReply): Setback | null {
  if (reply.status === 'stored') return null;
  if (reply.status === 'failed') return setbackFrom('commit', reply.error);
  return reply.status === 'lost' ? CLAIM_LOST : ID_CONFLICT;
}
