import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../parse-json.js';
import { type TrendPoint, TrendPointSchema } from '../snapshot.js';
import type { Pipeline, StoreClient } from './client.js';
import type { Keys } from './keys.js';
import { slotValue } from './slot-value.js';

/**
 * The last member of a page. Several snapshots may share a `generated_at`, so the time alone would lose or repeat
 * some; and a position would shift when one is added.
 */
export interface HistoryCursor {
  /** Epoch ms. */
  readonly generatedAt: number;
  /** The first 12 hex of the member's SHA-256. */
  readonly member: string;
}

export interface HistoryRange {
  /** Oldest `generated_at`, epoch ms, inclusive. */
  readonly from: number;
  /** Newest `generated_at`, epoch ms, inclusive; null for no such bound. Not looked at with `after`. */
  readonly to: number | null;
  /** Goes on after this one; null for the first page. */
  readonly after: HistoryCursor | null;
  /** The most points. */
  readonly limit: number;
}

export interface HistoryPage {
  /** Newest first, ties by the greater id. May be fewer than the limit where there is more: see `next`. */
  readonly points: readonly (TrendPoint & { readonly generatedAt: number })[];
  /** null on the last page. */
  readonly next: HistoryCursor | null;
}

export interface History {
  /**
   * Reads a page of a region's trend with one request. A member that cannot be read is left out.
   *
   * @throws StoreError when the store could not be asked
   */
  history(regionId: string, range: HistoryRange, signal: AbortSignal): Promise<HistoryPage>;
}

export function createHistory(client: StoreClient, keys: Keys): History {
  return {
    async history(regionId, range, signal) {
      const { after, limit } = range;
      const slots = await client.pipeline(
        (pipeline) => addRanges(pipeline, keys.trend(regionId), range),
        signal,
      );
      const [first = [], second = []] = slots.map((slot) => slotValue(slot, MembersSchema));
      return toPage(after === null ? first : [...behind(after, first), ...second], limit);
    },
  };
}

interface Member {
  readonly text: string;
  /** Epoch ms. */
  readonly generatedAt: number;
}

/** One command; two after a cursor: what shares its time, and what is older. */
function addRanges(pipeline: Pipeline, key: string, { from, to, after, limit }: HistoryRange): void {
  const newestFirst = { byScore: true, rev: true, withScores: true } as const;
  // One more than asked for tells whether there is another page.
  const page = { ...newestFirst, offset: 0, count: limit + 1 };
  if (after === null) {
    pipeline.zrange(key, to ?? '+inf', from, page);
    return;
  }
  const { generatedAt } = after;
  pipeline
    .zrange(key, generatedAt, Math.max(generatedAt, from), newestFirst)
    .zrange(key, `(${generatedAt}`, from, page);
}

/** What comes after the cursor among the members of its time; all of them when it is no longer there. */
function behind(cursor: HistoryCursor, ties: readonly Member[]): Member[] {
  return ties.slice(ties.findIndex(({ text }) => digest(text) === cursor.member) + 1);
}

/** Redis answers members and scores in turn. */
const MembersSchema = z
  .array(z.string())
  .transform((flat) =>
    flat.flatMap((text, i) => (i % 2 === 0 ? { text, generatedAt: Number(flat[i + 1]) } : [])),
  )
  .pipe(z.array(z.object({ text: z.string(), generatedAt: z.int() })));

function toPage(members: readonly Member[], limit: number): HistoryPage {
  const page = members.slice(0, limit);
  const last = page.at(-1);
  const points = page.flatMap(({ text, generatedAt }) => {
    const point = TrendPointSchema.safeParse(parseJson(text)).data;
    return point === undefined ? [] : [{ ...point, generatedAt }];
  });
  const hasMore = last !== undefined && members.length > limit;
  return { points, next: hasMore ? { generatedAt: last.generatedAt, member: digest(last.text) } : null };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
