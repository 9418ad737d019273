import type { PreparedSnapshot } from '../prepare-snapshot.js';
import type { RegionReport } from '../report.js';
import type { Outcome } from './outcome.js';

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
