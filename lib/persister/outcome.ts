import type { Phase } from '../report.js';
import type { SettleReply } from '../store/claims.js';
import type { StoreError } from '../store/store-error.js';

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
