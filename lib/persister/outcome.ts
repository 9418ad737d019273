import { z } from 'zod';
import type { PreparedSnapshot } from './record.js';
import type { SettleReply } from './upstash/claim.js';
import type { StoreError } from './upstash/error.js';

/** What became of one snapshot. Every refusal is a value; only bugs are thrown. */
export type Outcome =
  | { readonly status: 'persisted' }
  | { readonly status: 'duplicate'; readonly duplicateOf: string }
  | { readonly status: 'in-flight'; readonly retryAfterMs: number }
  | FailedOutcome;

export interface FailedOutcome {
  readonly status: 'failed';
  readonly phase: Phase;
  /** Stable, for programs. */
  readonly code: string;
  readonly message: string;
  /** 'no': not stored, and never will be by this run. 'unknown': the store could not be heard. */
  readonly stored: 'no' | 'unknown';
}

/** Why a claim or a commit did not succeed, before settle has told what that means. */
export interface Setback {
  readonly phase: 'claim' | 'commit';
  readonly code: string;
  readonly message: string;
  /** The store itself refused to publish, so that nothing of ours can be stored. */
  readonly refused: boolean;
}

export const CLAIM_LOST: Setback = {
  phase: 'commit',
  code: 'claim-lost',
  message: 'the claim was no longer ours when the commit arrived',
  refused: true,
};

export const ID_CONFLICT: Setback = {
  phase: 'commit',
  code: 'id-conflict',
  message: 'another snapshot is stored under this id',
  refused: true,
};

export function setbackFrom(phase: Setback['phase'], { code, message }: StoreError): Setback {
  return { phase, code, message, refused: false };
}

/**
 * What a setback comes to, once settle has told who holds the dedup key.
 *
 * @param id of our snapshot
 * @param settled what settle heard; null when it could not be heard
 */
export function outcomeOf(setback: Setback, id: string, settled: SettleReply | null): Outcome {
  if (settled === null || settled.status === 'failed') {
    // Before a commit was sent there is nothing that could have been stored.
    return failed(setback, setback.phase === 'commit' && !setback.refused ? 'unknown' : 'no');
  }
  if (settled.status === 'in-flight') return { status: 'in-flight', retryAfterMs: settled.retryAfterMs };
  if (settled.status !== 'duplicate') return failed(setback, 'no');
  // Our id in the key means that the commit worked and only its answer was lost, unless we know that it did not.
  const ours = settled.of === id && setback.phase === 'commit' && !setback.refused;
  return ours ? { status: 'persisted' } : { status: 'duplicate', duplicateOf: settled.of };
}

function failed({ phase, code, message }: Setback, stored: 'no' | 'unknown'): FailedOutcome {
  return { status: 'failed', phase, code, message, stored };
}

/** One snapshot on its way through a lane, with what its report will say of the way. */
export interface Passage {
  readonly snapshot: PreparedSnapshot;
  /** Names its claims; random, new for each snapshot of each run. */
  readonly token: string;
  /** Requests sent that carried it. */
  attempts: number;
  /** Those of them that were claims. */
  claims: number;
  /** When its claim began, in ms from the start of the run. */
  readonly startMs: number;
  /** When its claim was last answered. */
  claimedMs: number;
  /** When its outcome was known. */
  endedMs: number;
  /** undefined while it is under way. */
  outcome: Outcome | undefined;
}

/** @param startMs ms from the start of the run */
export function createPassage(snapshot: PreparedSnapshot, token: string, startMs: number): Passage {
  return {
    snapshot,
    token,
    attempts: 0,
    claims: 0,
    startMs,
    claimedMs: startMs,
    endedMs: startMs,
    outcome: undefined,
  };
}

/** A bug in the lane, not the store, left it without an outcome. */
const INTERNAL: Outcome = {
  status: 'failed',
  phase: 'commit',
  code: 'internal',
  message: 'the lane ended without an outcome',
  stored: 'unknown',
};

export function reportOf({ snapshot, attempts, outcome = INTERNAL, ...passage }: Passage): RegionReport {
  return {
    regionId: snapshot.regionId,
    ...outcome,
    snapshotId: snapshot.id,
    attempts,
    startMs: round(passage.startMs),
    claimMs: round(passage.claimedMs - passage.startMs),
    commitMs: round(Math.max(0, passage.endedMs - passage.claimedMs)),
  };
}

/** The report of a region for which nothing was sent: nothing of it can be stored. */
export function failedUnsent(
  regionId: string,
  failure: { phase: 'collect' | 'validate'; code: string; message: string },
): RegionReport {
  return {
    regionId,
    status: 'failed',
    ...failure,
    stored: 'no',
    attempts: 0,
    startMs: 0,
    claimMs: 0,
    commitMs: 0,
  };
}

/** Tenths of a millisecond are enough for a waterfall. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

export const PhaseSchema = z.enum(['collect', 'validate', 'claim', 'commit']);
export type Phase = z.infer<typeof PhaseSchema>;

const timings = {
  regionId: z.string(),
  snapshotId: z.string().optional(),
  /** Requests sent that carried this region: 2 for an undisturbed persist, 1 for a duplicate, 0 when none was sent. */
  attempts: z.int().min(0),
  /** When its claim began, in ms from the start of the run. */
  startMs: z.number().min(0),
  claimMs: z.number().min(0),
  /** Duration of commit and settle together, with their retries; 0 when neither was reached. */
  commitMs: z.number().min(0),
};

/** What became of one region's snapshot; `duplicateOf` names the snapshot that holds its content. Times in ms. */
export const RegionReportSchema = z.discriminatedUnion('status', [
  z.object({ ...timings, status: z.literal('persisted'), snapshotId: z.string() }),
  z.object({ ...timings, status: z.literal('duplicate'), duplicateOf: z.string() }),
  z.object({ ...timings, status: z.literal('in-flight'), retryAfterMs: z.number().min(0) }),
  z.object({
    ...timings,
    status: z.literal('failed'),
    phase: PhaseSchema,
    code: z.string(),
    message: z.string(),
    /** 'no': the snapshot is not stored and never will be by this run. 'unknown': the store could not be heard. */
    stored: z.enum(['no', 'unknown']),
  }),
]);
export type RegionReport = z.infer<typeof RegionReportSchema>;
