import type { Snapshot } from '../../../lib/runs/snapshot.js';

/** Where the store is, as its client is told. */
export interface Endpoint {
  readonly url: string;
  readonly token: string;
  /** Put before every key. */
  readonly namespace: string;
}

/** What a contender says became of one snapshot. */
export interface Told {
  readonly regionId: string;
  readonly status: 'persisted' | 'duplicate' | 'failed';
  /** When it knew, in ms from the start of its run. */
  readonly doneMs: number;
}

export type Persist = (snapshots: readonly Snapshot[]) => Promise<readonly Told[]>;

/**
 * One way to store snapshots: each once in 15 minutes, under the keys that readers know. What it keeps between runs,
 * as a warm function does, is made here; a run is a call of what this returns.
 */
export type Connect = (endpoint: Endpoint) => Persist;

/** @returns ms since this call */
export function startWatch(): () => number {
  const startedAt = performance.now();
  return () => performance.now() - startedAt;
}
