import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Pipeline, type StoreClient, slotValue } from './client.js';
import type { Keys } from './keys.js';

export interface HistoryRange {
  /** Oldest time, epoch ms, inclusive. */
  readonly from: number;
  /** Newest time, epoch ms, inclusive; null for no such bound. Ignored with `after`. */
  readonly to: number | null;
  /** A cursor: goes on where the page before ended; null for the first page. */
  readonly after: string | null;
  /** The most members. */
  readonly limit: number;
}

/** A member of a trend. */
export interface Member {
  /** JSON, as it was stored. */
  readonly text: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface HistoryPage {
  /** Newest first, ties by the greater id. */
  readonly members: readonly Member[];
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null;
}

export interface History {
  /**
   * Reads a page of an entity's trend with one request.
   *
   * @throws StoreError when the request to the store failed
   * @throws RangeError when `after` is not a cursor
   */
  history(entity: string, range: HistoryRange, signal: AbortSignal): Promise<HistoryPage>;
}

export function createHistory(client: StoreClient, keys: Keys): History {
  return {
    async history(entity, { from, to, after, limit }, signal) {
      const cursor = after === null ? null : parseCursor(after);
      const slots = await client.pipeline((pipeline) => {
        addRanges(pipeline, keys.trend(entity), { from, to, cursor, limit });
      }, signal);
      const [first = [], second = []] = slots.map((slot) => slotValue(slot, MembersSchema));
      return toPage(cursor === null ? first : [...behind(cursor, first), ...second], limit);
    },
  };
}

/**
 * The last member of a page. Several snapshots may share a time, so the time alone would lose or repeat some; and a
 * position would shift when one is added.
 */
interface Cursor {
  /** Epoch ms. */
  readonly at: number;
  /** The first 12 hex of the member's SHA-256. */
  readonly member: string;
}

const CURSOR = /^(\d{1,15})-([0-9a-f]{12})$/;

/** Whether a text can be the cursor of a page. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text);
}

function parseCursor(text: string): Cursor {
  const [, at, member] = CURSOR.exec(text) ?? [];
  if (at === undefined || member === undefined) throw new RangeError('after must be the `next` of a page');
  return { at: Number(at), member };
}

/** One command; two after a cursor: what shares its time, and what is older. */
function addRanges(
  pipeline: Pipeline,
  key: string,
  { from, to, cursor, limit }: Omit<HistoryRange, 'after'> & { cursor: Cursor | null },
): void {
  const newestFirst = { byScore: true, rev: true, withScores: true } as const;
  // One more than asked for shows whether there is another page.
  const page = { ...newestFirst, offset: 0, count: limit + 1 };
  if (cursor === null) {
    pipeline.zrange(key, to ?? '+inf', from, page);
    return;
  }
  const { at } = cursor;
  pipeline.zrange(key, at, Math.max(at, from), newestFirst).zrange(key, `(${at}`, from, page);
}

/** What comes after the cursor among the members of its time; all of them when it is no longer there. */
function behind(cursor: Cursor, ties: readonly Member[]): Member[] {
  return ties.slice(ties.findIndex(({ text }) => digest(text) === cursor.member) + 1);
}

/** Redis answers with members and scores alternately. */
const MembersSchema = z
  .array(z.string())
  .transform((flat) => flat.flatMap((text, i) => (i % 2 === 0 ? { text, at: Number(flat[i + 1]) } : [])))
  .pipe(z.array(z.object({ text: z.string(), at: z.int() })));

function toPage(found: readonly Member[], limit: number): HistoryPage {
  const members = found.slice(0, limit);
  const last = members.at(-1);
  const hasMore = last !== undefined && found.length > limit;
  return { members, next: hasMore ? `${last.at}-${digest(last.text)}` : null };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** How many reports of runs, and how many of pushes, are kept. */
export const RUNS_KEPT = 100;
const SUMMARY_LIFETIME_MS = 24 * 3_600_000;

/** Runs and pushes have separate lists, so that many pushes do not displace the runs. */
export type ReportList = 'runs' | 'pushes';

/** From which other programs read about the last full run. */
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
  /** How many earlier reports to return. Default: none. */
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
 * Stores the report of a run as one atomic step. A script rather than a transaction, which some servers of the same API
 * do not offer.
 *
 * KEYS  1 list of reports · 2 summary · 3 seed-meta
 * ARGV  1 report, JSON
 *       2 index of the last report to keep
 *       3 how long the list lives, ms
 *       4 summary, JSON; '' for none
 *       5 seed-meta, JSON
 *       6 time of both, epoch ms
 *       7 how long they live, ms
 *       8 how many earlier reports to return
 *
 * Removing an equal entry first makes it safe to repeat when its answer was lost. Summary and seed-meta never go back
 * in time: a later one is kept.
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
