import type { StoreError } from './upstash/error.js';

/** The step of a run in which something failed. */
export type Phase = 'collect' | 'validate' | 'claim' | 'commit';

/** How storing one entry ended. Every refusal is a value; only bugs are thrown. */
export type Ending =
  | { readonly status: 'persisted' }
  /** The same content was stored before, as this id. */
  | { readonly status: 'duplicate'; readonly duplicateOf: string }
  /** Another writer holds the claim, for at most this many ms. */
  | { readonly status: 'in-flight'; readonly retryAfterMs: number }
  | Failure;

export interface Failure {
  readonly status: 'failed';
  readonly phase: Phase;
  /** Stable, for programs. */
  readonly code: string;
  readonly message: string;
  /** 'no': not stored, and never will be by this run. 'unknown': the store did not answer. */
  readonly stored: 'no' | 'unknown';
}

/** What storing cost. Times in ms. */
export interface Effort {
  /** Requests sent that carried the entry: 2 for an undisturbed write or a duplicate, 0 when none was sent. */
  readonly attempts: number;
  /** When the claim began, in ms from the start of the run. */
  readonly startMs: number;
  readonly claimMs: number;
  /** Duration of commit and settle together, with their retries; 0 when neither was reached. */
  readonly commitMs: number;
}

/** The outcome of one entry. It has an id once its content was hashed. */
export type Outcome = Ending & Effort & { readonly entity: string; readonly id?: string };

/** Why an entry cannot be stored: nothing was sent for it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The outcome of an entry for which nothing was sent, so that it cannot be stored. */
export function unsent(entity: string, phase: 'collect' | 'validate', refusal: Refusal): Outcome {
  const { code, message } = refusal;
  const effort: Effort = { attempts: 0, startMs: 0, claimMs: 0, commitMs: 0 };
  return { entity, status: 'failed', phase, code, message, stored: 'no', ...effort };
}

/** Why a claim or a commit did not succeed, before settle has found out what that means. */
export interface Obstacle {
  readonly phase: 'claim' | 'commit';
  readonly code: string;
  readonly message: string;
  /** The store itself refused to publish, so ours cannot be stored. */
  readonly refused: boolean;
}

export const CLAIM_LOST: Obstacle = {
  phase: 'commit',
  code: 'claim-lost',
  message: 'the claim was no longer ours when the commit arrived',
  refused: true,
};

export const ID_CONFLICT: Obstacle = {
  phase: 'commit',
  code: 'id-conflict',
  message: 'another snapshot is stored under this id',
  refused: true,
};

export function obstacleFrom(phase: Obstacle['phase'], { code, message }: StoreError): Obstacle {
  return { phase, code, message, refused: false };
}

export function failed({ phase, code, message }: Obstacle, stored: Failure['stored']): Failure {
  return { status: 'failed', phase, code, message, stored };
}
