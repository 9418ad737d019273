import { z } from 'zod';
import { parseJson } from '../../limits/json.js';
import type { CollectContext } from '../../runs/source.js';
import type { HazardEvent } from '../event.js';
import { createFeedBudget, type FeedBudget } from './feed-budget.js';
import { type FetchTextRequest, fetchText, type Wait, waitFor } from './fetch-text.js';

/** One input. What it could not read is unknown, which is not the same as no events. */
export interface HazardFeed {
  /** Names it in reports and in `missing_inputs`. */
  readonly name: string;
  /**
   * @param context.now epoch ms; the window ends here
   * @param context.signal everything must stop when it fires
   * @returns what it reported, and whether that is everything
   * @throws when there was no answer: the message goes into the report, so it must not contain a secret
   */
  read(context: CollectContext): Promise<FeedReading>;
}

/** What a feed reported. */
export interface FeedReading {
  /** Distinct, in the window, with an alert level. They count even if something else could not be read. */
  readonly events: readonly HazardEvent[];
  /** Rows that may lie in the window and could not be read. */
  readonly skipped: number;
  /** Epoch ms of its newest sign of life; null when it gave none. */
  readonly asOf: number | null;
  /** Why something may be missing, for people. Empty when the answer was complete. */
  readonly gaps: readonly string[];
  /** What else a reader of the report should know. */
  readonly notes: readonly string[];
  /**
   * True where the gaps hide nothing above severity 0: everything orange and red was reported, and only green is
   * missing. The input is incomplete all the same, but nothing is held for it and nothing is unknown because of it.
   */
  readonly onlyCalmMissing?: boolean;
}

/** What every feed over HTTP is made with. */
export interface HttpFeedDeps {
  /** Replaces the public address. */
  readonly url?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Evenly distributed in [0, 1): the jitter of the retry. Default Math.random. */
  readonly random?: () => number;
  /** How waits are made. Default: timers. */
  readonly wait?: Wait;
  /**
   * Limit of one attempt, including its body, in ms. Default: none but the signal. One long attempt succeeds where two
   * short ones do not.
   */
  readonly timeoutMs?: number;
}

/** What is the same for all requests of one reading. */
export type FeedRequest = Omit<FetchTextRequest, 'url' | 'accept' | 'check'> & {
  readonly budget: FeedBudget;
};

/** @param signal everything must stop when it fires */
export function feedRequest(deps: HttpFeedDeps, signal: AbortSignal): FeedRequest {
  const { fetch = globalThis.fetch, random = Math.random, wait = waitFor, timeoutMs } = deps;
  // A signal of its own: Node would take the listeners of all feeds on one signal for a leak.
  return { signal: AbortSignal.any([signal]), fetch, random, wait, timeoutMs, budget: createFeedBudget() };
}

/** A GeoJSON answer: its rows as they came, and what it says about all of them. */
export interface Rows {
  readonly rows: readonly unknown[];
  /** Epoch ms at which the answer was made; null when it does not say. */
  readonly generatedAt: number | null;
}

const CollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.custom<readonly unknown[]>((value) => Array.isArray(value)),
  metadata: z.object({ generated: z.int().nullable().catch(null) }).catch({ generated: null }),
});

/**
 * Fetches the rows of a GeoJSON feed. They are read one by one, so that a bad one affects no other.
 *
 * @returns null for 204, "there are none"
 * @throws when it could not be fetched, is too large or is not a FeatureCollection
 */
export async function fetchRows(url: URL, request: FeedRequest): Promise<Rows | null> {
  const check = () => request.budget.check('json');
  const text = await fetchText({ ...request, url, accept: 'application/json', check });
  if (text === undefined) return null;
  const body = parseJson(text);
  const from = `${url.host}${url.pathname}`;
  if (body === undefined) throw new Error(`${from}: the answer is not valid JSON`);
  const collection = CollectionSchema.safeParse(body);
  if (!collection.success) throw new Error(`${from}: the answer is not a GeoJSON FeatureCollection`);
  return { rows: collection.data.features, generatedAt: collection.data.metadata.generated };
}

/** What went wrong, for a report. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
