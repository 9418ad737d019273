import { windowMs } from '../event.js';
import { fetchRows, type HazardFeed, type HttpFeedDeps, readRows } from './feed.js';
import { FETCH_TIMEOUT_MS, type FetchJsonRequest } from './fetch-json.js';
import { type GdacsType, readGdacsRow } from './gdacs-row.js';

/** Global Disaster Alert and Coordination System, GDACS: the event search of its public API. */
export const GDACS_URL = 'https://www.gdacs.org/gdacsapi/api/events/geteventlist/SEARCH';

const TYPES: readonly GdacsType[] = [
  { code: 'EQ', type: 'earthquake' },
  { code: 'TC', type: 'cyclone' },
  { code: 'FL', type: 'flood' },
  { code: 'DR', type: 'drought' },
  { code: 'VO', type: 'volcano' },
  { code: 'WF', type: 'wildfire' },
];

/** GDACS answers with no more than this, whatever is asked for. */
const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const DAY_MS = 24 * 60 * 60_000;

/**
 * One feed for each of the six hazard types, so that a type that fails takes no other with it: `gdacs-eq`,
 * `gdacs-tc`, `gdacs-fl`, `gdacs-dr`, `gdacs-vo`, `gdacs-wf`.
 *
 * @param deps.url replaces {@link GDACS_URL}
 * @returns the feeds, in this order of reporting: earthquakes, cyclones, floods, droughts, volcanoes, wildfires
 * @throws TypeError when `url` is none
 */
export function createGdacsFeeds(deps: HttpFeedDeps = {}): readonly HazardFeed[] {
  const { fetch = globalThis.fetch, random = Math.random, timeoutMs = FETCH_TIMEOUT_MS } = deps;
  const base = new URL(deps.url ?? GDACS_URL);
  return TYPES.map((gdacsType) => ({
    name: `gdacs-${gdacsType.code.toLowerCase()}`,
    async read({ now, signal }) {
      const url = searchUrl(base, gdacsType, now);
      const { rows, capped } = await readPages({ url, signal, fetch, random, timeoutMs });
      const reading = readRows(rows, (row) => readGdacsRow(row, gdacsType, now));
      return { ...reading, notes: capped ? [`there may be more than ${MAX_PAGES} full pages of rows`] : [] };
    },
  }));
}

/** All rows, page by page until one is short, and whether the last page allowed was full. */
async function readPages(request: FetchJsonRequest): Promise<{ rows: unknown[]; capped: boolean }> {
  const rows: unknown[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const url = new URL(request.url);
    url.searchParams.set('pageNumber', String(page));
    const pageRows = await fetchRows({ ...request, url });
    for (const row of pageRows) rows.push(row);
    if (pageRows.length < PAGE_SIZE) return { rows, capped: false };
  }
  return { rows, capped: true };
}

function searchUrl(base: URL, { code, type }: GdacsType, now: number): URL {
  const url = new URL(base);
  url.searchParams.set('eventlist', code);
  // Left out, it drops Green.
  url.searchParams.set('alertlevel', 'Green;Orange;Red');
  // The dates act on `todate` and are whole days: tomorrow is asked for so that today is sure to be inside.
  url.searchParams.set('fromDate', utcDay(now - windowMs(type)));
  url.searchParams.set('toDate', utcDay(now + DAY_MS));
  url.searchParams.set('pageSize', String(PAGE_SIZE));
  return url;
}

function utcDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
