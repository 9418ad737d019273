import type { RunReport } from '../../runs/report.js';
import type { StoreClient } from './client.js';
import type { Keys } from './keys.js';

/** How many run reports are kept. */
export const RUNS_KEPT = 100;
const SUMMARY_LIFETIME_S = 24 * 3600;

/** What existing readers take the last full run from. */
export interface RunSummary {
  readonly regions: readonly {
    readonly region: string;
    readonly regime: string;
    readonly confidence: number | null;
    readonly trigger_reason: string | null;
  }[];
  /** Epoch ms. */
  readonly generatedAt: number;
}

export interface Runs {
  /**
   * Stores a run's report in front of the list of runs, and its summary and seed-meta keys when it has a summary.
   * One request.
   *
   * @throws StoreError when it was not stored, in whole or in part
   */
  storeRun(report: RunReport, summary: RunSummary | null, signal: AbortSignal): Promise<void>;
}

/** How many commands it takes to store a run: a report counts those that store it. */
export function runCommands(summary: RunSummary | null): number {
  return summary === null ? 4 : 6;
}

/** @param retentionMs how long the list lives after its last run, in ms */
export function createRuns(client: StoreClient, keys: Keys, retentionMs: number): Runs {
  return {
    async storeRun(report, summary, signal) {
      const slots = await client.transaction((pipeline) => {
        const entry = JSON.stringify(report);
        // Taking out an equal entry first makes the request safe to repeat when its answer was lost. As a transaction,
        // because the one that seemed lost may be executed late, in the middle of its repeat.
        pipeline
          .lrem(keys.runs, 1, entry)
          .lpush(keys.runs, entry)
          .ltrim(keys.runs, 0, RUNS_KEPT - 1)
          .pexpire(keys.runs, retentionMs);
        if (summary === null) return;
        const { regions, generatedAt } = summary;
        const seedMeta = { fetchedAt: generatedAt, recordCount: regions.length };
        pipeline
          .set(keys.summary, JSON.stringify(summary), { ex: SUMMARY_LIFETIME_S })
          .set(keys.seedMeta, JSON.stringify(seedMeta), { ex: SUMMARY_LIFETIME_S });
      }, signal);
      for (const slot of slots) if (!slot.ok) throw slot.error;
    },
  };
}
