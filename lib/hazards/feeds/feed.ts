import { z } from 'zod';
import type { CollectContext } from '../../runs/source.js';
import type { HazardEvent } from '../event.js';
import { normalizeLongitude } from '../regions/sphere.js';
import { type FetchJsonRequest, fetchJson } from './fetch-json.js';

/** GDACS sends 100 a page, USGS a few hundred in a bad week. */
const MAX_ROWS = 2_000;

/** Fewer rows than these may all be bad luck; so many that cannot be read are another format. */
const ENOUGH_TO_JUDGE = 5;

/** An event, a row that is no hazard here and now, or one that cannot be read. */
export type RowReading = HazardEvent | 'not-counted' | 'unreadable';

/** A GeoJSON point; longitudes past ±180 are brought back, a depth is passed over. */
export const PointSchema = z
  .object({
    type: z.literal('Point'),
    coordinates: z.tuple([z.number().min(-360).max(360), z.number().min(-90).max(90)]).rest(z.unknown()),
  })
  .transform(({ coordinates: [longitude, latitude] }) => ({
    longitude: normalizeLongitude(longitude),
    latitude,
  }));

/** The rows themselves are read one by one, so that a bad one costs itself alone. */
const FeatureCollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.custom<readonly unknown[]>((value) => Array.isArray(value)),
});

/**
 * Fetches the rows of a GeoJSON feed.
 *
 * @returns none for an empty answer
 * @throws when it could not be fetched or is no FeatureCollection
 */
export async function fetchRows(request: FetchJsonRequest): Promise<readonly unknown[]> {
  const body = await fetchJson(request);
  if (body === undefined) return [];
  const collection = FeatureCollectionSchema.safeParse(body);
  if (!collection.success) throw new Error('the answer is no GeoJSON FeatureCollection');
  return collection.data.features;
}

/**
 * Reads rows one by one. Rows past the first 2,000 count as skipped unread.
 *
 * @returns the events, one for each id (the latest observation of it), and how many rows could not be read
 * @throws when no row at all can be read: what a feed in another format says is unknown, not nothing
 */
export function readRows(
  rows: readonly unknown[],
  readRow: (row: unknown) => RowReading,
): { events: HazardEvent[]; skipped: number } {
  const events = new Map<string, HazardEvent>();
  let skipped = Math.max(0, rows.length - MAX_ROWS);
  for (const row of rows.slice(0, MAX_ROWS)) {
    const reading = readRow(row);
    if (reading === 'unreadable') skipped += 1;
    else if (reading !== 'not-counted') keepLatest(events, reading);
  }
  if (rows.length >= ENOUGH_TO_JUDGE && skipped === rows.length) {
    throw new Error(`none of the ${rows.length} rows could be read`);
  }
  return { events: [...events.values()], skipped };
}

/** A hazard can come twice: in two episodes, or on two pages between which the list has moved. */
function keepLatest(events: Map<string, HazardEvent>, event: HazardEvent): void {
  const known = events.get(event.id);
  const later =
    known === undefined ? 1 : event.observedAt - known.observedAt || event.severity - known.severity;
  if (later > 0) events.set(event.id, event);
}

/** One input: it answers as a whole or is missing as a whole. */
export interface HazardFeed {
  /** Names it in reports and in `missing_inputs`. */
  readonly name: string;
  /**
   * @param context.now epoch ms; the window ends here
   * @param context.signal everything must stop when it fires
   * @returns the events, and what could not be read of them
   * @throws when the feed could not be read: the message goes into the report, so it names no secret. A row that could not be read is counted, not thrown.
   */
  read(context: CollectContext): Promise<FeedReading>;
}

/** What a feed answered. */
export interface FeedReading {
  /** Distinct, in the window, with an alert level. */
  readonly events: readonly HazardEvent[];
  /** Rows that could not be read. */
  readonly skipped: number;
  /** What else whoever reads the report should know. */
  readonly notes: readonly string[];
}

/** What every feed over HTTP is made with. */
export interface HttpFeedDeps {
  /** Replaces the public address. */
  readonly url?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Evenly distributed in [0, 1): the jitter of the retry. Default Math.random. */
  readonly random?: () => number;
  /** Limit of one attempt, its body included, in ms. Default 15,000. */
  readonly timeoutMs?: number;
}
const MAX_SUMMARY_LENGTH = 300;
const MAX_URL_LENGTH = 2_000;

/**
 * Text from a feed as one line: control characters, marks that reorder text and broken surrogates are removed, the
 * rest, markup too, stays as it is. What shows it escapes it.
 *
 * @returns at most 300 characters
 */
export function cleanText(text: string): string {
  const line = text
    .slice(0, MAX_SUMMARY_LENGTH * 4)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  const characters = [...line];
  if (characters.length <= MAX_SUMMARY_LENGTH) return line;
  return `${characters.slice(0, MAX_SUMMARY_LENGTH - 1).join('')}…`;
}

/**
 * A link from a feed, if it is one that may be shown.
 *
 * @returns null unless it is http or https, without credentials and of a sane length
 */
export function webUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_URL_LENGTH || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // "https://www.gdacs.org@elsewhere.example" leads elsewhere.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}
