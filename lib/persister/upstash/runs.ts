import type { StoreClient } from './client.js';
import type { Keys } from './keys.js';

/** How many run reports are kept. */
export const RUNS_KEPT = 100;
const SUMMARY_LIFETIME_S = 24 * 3600;

/** What readers of other programs take the last full run from. */
export interface RunSummary {
  /** JSON for the key `summary`. */
  readonly summary: string;
  /** JSON for the key `seed-meta`. */
  readonly seedMeta: string;
}

export interface Runs {
  /**
   * Stores a run's report in front of the list of runs, and its summary when it has one. One request.
   *
   * @param report JSON
   * @throws StoreError when it was not stored, in whole or in part
   */
  storeRun(report: string, summary: RunSummary | null, signal: AbortSignal): Promise<void>;
}

/** @param retentionMs how long the list lives after its last run, in ms */
export function createRuns(client: StoreClient, keys: Keys, retentionMs: number): Runs {
  return {
    async storeRun(report, summary, signal) {
      const slots = await client.transaction((pipeline) => {
        // Taking out an equal entry first makes the request safe to repeat when its answer was lost. As a transaction,
        // because the one that seemed lost may be executed late, in the middle of its repeat.
        pipeline
          .lrem(keys.runs, 1, report)
          .lpush(keys.runs, report)
          .ltrim(keys.runs, 0, RUNS_KEPT - 1)
          .pexpire(keys.runs, retentionMs);
        if (summary === null) return;
        pipeline
          .set(keys.summary, summary.summary, { ex: SUMMARY_LIFETIME_S })
          .set(keys.seedMeta, summary.seedMeta, { ex: SUMMARY_LIFETIME_S });
      }, signal);
      for (const slot of slots) if (!slot.ok) throw slot.error;
    },
  };
}
