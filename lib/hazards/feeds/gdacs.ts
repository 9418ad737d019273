import { z } from 'zod';
import { windowStart } from '../event.js';
import {
  type FeedReading,
  type FeedRequest,
  feedRequest,
  fetchRows,
  type HazardFeed,
  type HttpFeedDeps,
  messageOf,
} from './feed.js';
import { GDACS_TYPES, type GdacsType, gdacsFormat } from './gdacs-row.js';
import { createGdacsRss, joinDoors } from './gdacs-rss.js';
import { createReading, type Reading } from './reading.js';

/** Global Disaster Alert and Coordination System, GDACS: the event search of its public API. */
export const GDACS_URL = 'https://www.gdacs.org/gdacsapi/api/events/geteventlist/SEARCH';
/** Its second source: all types in one answer, which comes within a second when the search does not. */
export const GDACS_RSS_URL = 'https://www.gdacs.org/xml/rss.xml';

export interface GdacsDeps extends HttpFeedDeps {
  /** Replaces {@link GDACS_RSS_URL}. Where `url` is replaced and this is not, there is no second source. */
  readonly rssUrl?: string | undefined;
}

/** GDACS never answers with more than this. */
const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const DAY_MS = 24 * 60 * 60_000;

/** Orange and red alone set the pressure, and fit on one page; green alone fills up to four. */
const URGENT_LEVELS = 'Orange;Red';
const OTHER_LEVELS = 'Green';
/** How long the other levels wait for the answer about the urgent ones, in ms. */
const HEAD_START_MS = 2_000;
/** When a search takes longer than this, in ms, the RSS feed is requested as well. */
const PATIENCE_MS = 5_000;

/**
 * One feed for each of the six hazard types, so that one that fails affects no other: `gdacs-eq`,
 * `gdacs-tc`, `gdacs-fl`, `gdacs-dr`, `gdacs-vo`, `gdacs-wf`.
 *
 * Where the search leaves a gap, the RSS feed is read too, once for all types that need it. What either reports counts.
 *
 * @param deps.url replaces {@link GDACS_URL}
 * @returns the feeds, in this order of reporting: earthquakes, cyclones, floods, droughts, volcanoes, wildfires
 * @throws TypeError when `url` or `rssUrl` is not a valid URL
 */
export function createGdacsFeeds(deps: GdacsDeps = {}): readonly HazardFeed[] {
  const base = new URL(deps.url ?? GDACS_URL);
  const rssUrl = deps.rssUrl ?? (deps.url === undefined ? GDACS_RSS_URL : undefined);
  const rss = rssUrl === undefined ? null : createGdacsRss(new URL(rssUrl), deps);
  return GDACS_TYPES.map((gdacsType) => ({
    name: `gdacs-${gdacsType.code.toLowerCase()}`,
    async read({ now, signal }) {
      const request = feedRequest(deps, signal);
      const searching = search(searchUrl(base, gdacsType, now), gdacsType, { request, now });
      if (rss === null) return readingOf(await searching);
      const early = await within(searching, PATIENCE_MS, request);
      if (early !== undefined && isComplete(early)) return early;
      const second = rss.read(gdacsType, { now, signal });
      const first = await searching;
      return isComplete(first) ? first : joinDoors(first, await second);
    },
  }));
}

function isComplete(outcome: FeedReading | Error): outcome is FeedReading {
  return !(outcome instanceof Error) && outcome.gaps.length === 0;
}

function readingOf(outcome: FeedReading | Error): FeedReading {
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

/** Searches for urgent levels and for the others. Never rejects. */
async function search(
  url: URL,
  gdacsType: GdacsType,
  { request, now }: { request: FeedRequest; now: number },
): Promise<FeedReading | Error> {
  const reading = createReading(gdacsFormat(gdacsType, now), now);
  const urgent = readPages(url, URGENT_LEVELS, { request, reading });
  await within(urgent, HEAD_START_MS, request);
  await Promise.all([urgent, readPages(url, OTHER_LEVELS, { request, reading })]);
  return reading.outcome();
}

/**
 * Reads page by page until one is short, and keeps each as it comes: a page that fails does not lose those before it.
 */
async function readPages(
  url: URL,
  levels: string,
  { request, reading }: { request: FeedRequest; reading: Reading },
): Promise<void> {
  const expected = levels === OTHER_LEVELS ? 'calm' : undefined;
  const seen = new Set<string>();
  try {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await fetchRows(pageUrl(url, levels, page), request);
      reading.answered(null);
      if (answer === null) return;
      reading.add(answer.rows, expected);
      const known = seen.size;
      for (const row of answer.rows) seen.add(keyOf(row));
      // A short page may have nothing new: its row moved here from the page before.
      if (answer.rows.length < PAGE_SIZE) return;
      if (seen.size === known) return reading.gap(`page ${page} repeats the pages before it`, expected);
    }
    reading.gap(`there may be more than ${MAX_PAGES} full pages of rows`, expected);
  } catch (error) {
    reading.gap(messageOf(error), expected);
  }
}

const KeySchema = z.object({
  properties: z.object({ eventtype: z.unknown(), eventid: z.unknown(), episodeid: z.unknown() }),
});

/** Names a row, to recognise it on another page. */
function keyOf(row: unknown): string {
  const parsed = KeySchema.safeParse(row);
  if (!parsed.success) return JSON.stringify(row);
  const { eventtype, eventid, episodeid } = parsed.data.properties;
  return JSON.stringify([eventtype, eventid, episodeid]);
}

function searchUrl(base: URL, { code, type }: GdacsType, now: number): URL {
  const url = new URL(base);
  url.searchParams.set('eventlist', code);
  // The dates act on `todate` and are whole days: tomorrow is asked for so that today is sure to be inside.
  url.searchParams.set('fromDate', utcDay(windowStart(type, now)));
  url.searchParams.set('toDate', utcDay(now + DAY_MS));
  url.searchParams.set('pageSize', String(PAGE_SIZE));
  return url;
}

function pageUrl(search: URL, levels: string, page: number): URL {
  const url = new URL(search);
  // Without it, GDACS leaves out Green.
  url.searchParams.set('alertlevel', levels);
  url.searchParams.set('pageNumber', String(page));
  return url;
}

function utcDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** @returns what the promise gives, or undefined when it takes longer than `ms` */
async function within<T>(
  promise: Promise<T>,
  ms: number,
  { signal, wait }: FeedRequest,
): Promise<T | undefined> {
  const over = new AbortController();
  try {
    const patience = wait(ms, AbortSignal.any([signal, over.signal])).then(() => undefined);
    return await Promise.race([promise, patience]);
  } finally {
    over.abort();
  }
}
