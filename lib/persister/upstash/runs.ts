import { z } from 'zod';
import { type StoreClient, slotValue } from './client.js';
import type { Keys } from './keys.js';

/** How many reports of runs, and how many of pushes, are kept. */
export const RUNS_KEPT = 100;
const SUMMARY_LIFETIME_MS = 24 * 3_600_000;

/** Runs and pushes have a list each: many pushes must not push the runs out. */
export type ReportList = 'runs' | 'pushes';

/** What readers of other programs take the last full run from. */
export interface RunSummary {
  /** JSON for the key `summary`, with `generatedAt`. */
  readonly summary: string;
  /** JSON for the key `seed-meta`, with `fetchedAt`. */
  readonly seedMeta: string;
  /** Epoch ms: the `generatedAt` and `fetchedAt` of the two. */
  readonly at: number;
}

export interface StoredReport {
  readonly list: ReportList;
  /** The report, JSON. */
  readonly report: string;
  readonly summary: RunSummary | null;
  /** How many of the reports before it to answer with. Default: none. */
  readonly before?: number;
}

export interface Runs {
  /**
   * Stores a report in front of its list, and its summary when it has one and no later one is stored. One request, and
   * safe to repeat.
   *
   * @returns the reports before it, JSON, newest first
   * @throws StoreError when it was not stored
   */
  storeRun(stored: StoredReport, signal: AbortSignal): Promise<readonly string[]>;
}

/** @param retentionMs how long a list lives after its last report, in ms */
export function createRuns(client: StoreClient, keys: Keys, retentionMs: number): Runs {
  return {
    async storeRun({ list, report, summary, before = 0 }, signal) {
      const [slot] = await client.pipeline((pipeline) => {
        pipeline.eval(
          STORE_RUN,
          [keys[list], keys.summary, keys.seedMeta],
          [
            report,
            `${RUNS_KEPT - 1}`,
            `${retentionMs}`,
            summary?.summary ?? '',
            summary?.seedMeta ?? '',
            `${summary?.at ?? 0}`,
            `${SUMMARY_LIFETIME_MS}`,
            `${before}`,
          ],
        );
      }, signal);
      return slotValue(slot, z.array(z.string()));
    },
  };
}

/**
 * Stores the report of a run as one atomic step. A script and not a transaction, which some servers of the same API do
 * not offer.
 *
 * KEYS  1 list of reports · 2 summary · 3 seed-meta
 * ARGV  1 report, JSON
 *       2 index of the last report to keep
 *       3 how long the list lives, ms
 *       4 summary, JSON; '' for none
 *       5 seed-meta, JSON
 *       6 time of both, epoch ms
 *       7 how long they live, ms
 *       8 how many of the reports before it to answer with
 *
 * Taking out an equal entry first makes it safe to repeat when its answer was lost. Summary and seed-meta never go back
 * in time: one that is there and later stays.
 */
const STORE_RUN = `
redis.call('LREM', KEYS[1], 1, ARGV[1])
local before = {}
if tonumber(ARGV[8]) > 0 then before = redis.call('LRANGE', KEYS[1], 0, tonumber(ARGV[8]) - 1) end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[4] == '' then return before end
local function put(key, value, field)
  local present = redis.pcall('GET', key)
  local at = type(present) == 'string' and tonumber(string.match(present, '"' .. field .. '":(%d+)'))
  if not at or at <= tonumber(ARGV[6]) then redis.call('SET', key, value, 'PX', ARGV[7]) end
end
put(KEYS[2], ARGV[4], 'generatedAt')
put(KEYS[3], ARGV[5], 'fetchedAt')
return before
`;
