import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';
import { type GdacsRow, gdacsRow, gdacsRss } from './gdacs-rows.js';
import { GDACS_SAMPLES } from './gdacs-samples.js';
import { usgsFeed } from './usgs-rows.js';

export interface SampleFeeds {
  /** For `GDACS_URL`. */
  readonly gdacsUrl: string;
  /** For `GDACS_RSS_URL`. */
  readonly gdacsRssUrl: string;
  /** For `USGS_URL`. */
  readonly usgsUrl: string;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

const GDACS_PATH = '/gdacsapi/api/events/geteventlist/SEARCH';
const GDACS_RSS_PATH = '/xml/rss.xml';
const USGS_PATH = '/earthquakes/feed/v1.0/summary/4.5_week.geojson';

/**
 * Serves invented events on loopback in the formats of GDACS and USGS. They are dated once, at the start, so that two
 * reads find the same world; that the answers were just made is true at any time.
 *
 * @param options.now epoch ms that the events are dated back from and at which all answers are made; the present by
 *   default
 * @param options.port 0, the default, takes a free one
 * @throws when the port cannot be had
 */
export async function startSampleFeeds(options: { now?: number; port?: number } = {}): Promise<SampleFeeds> {
  const { now, port = 0 } = options;
  const server = createServer(answer(now ?? Date.now(), () => now ?? Date.now())).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = z.object({ port: z.int() }).parse(server.address());
  const origin = `http://127.0.0.1:${taken}`;
  return {
    gdacsUrl: `${origin}${GDACS_PATH}`,
    gdacsRssUrl: `${origin}${GDACS_RSS_PATH}`,
    usgsUrl: `${origin}${USGS_PATH}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(now: number, clock: () => number): RequestListener {
  const rowsNow = () => GDACS_SAMPLES.map((sample) => gdacsRow(sample, now, clock()));
  const json = (value: unknown) => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
  const answerTo = (url: URL) => {
    if (url.pathname === GDACS_PATH) {
      const found = searchGdacs(rowsNow(), url.searchParams);
      return found === null ? null : json(found);
    }
    if (url.pathname === GDACS_RSS_PATH) {
      return { status: 200, type: 'application/rss+xml', body: gdacsRss(rowsNow(), clock()) };
    }
    if (url.pathname === USGS_PATH) return json(usgsFeed(now, clock()));
    return { ...json({ message: 'no such feed' }), status: 404 };
  };
  return (request, response) => {
    const answered = answerTo(new URL(request.url ?? '', 'http://127.0.0.1'));
    if (answered === null) response.writeHead(204).end();
    else response.writeHead(answered.status, { 'content-type': answered.type }).end(answered.body);
  };
}

/** GDACS never sends more rows than this at a time. */
const MAX_PAGE_SIZE = 100;

const list = (missing: string) =>
  z
    .string()
    .catch(missing)
    .transform((text) => text.split(/[;,]/));
const day = (missing: string) => z.iso.date().catch(missing);

const QuerySchema = z.object({
  eventlist: list('EQ;TC;FL;DR;VO;WF'),
  // Left out, Green is dropped.
  alertlevel: list('Orange;Red'),
  fromDate: day('0000-01-01'),
  toDate: day('9999-12-31'),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).catch(MAX_PAGE_SIZE),
  pageNumber: z.coerce.number().int().min(1).catch(1),
});

/**
 * Answers a search as GDACS does: the dates act on `todate` and are whole days, what cannot be understood is ignored.
 *
 * @returns null when nothing matches, which GDACS answers with 204 and no body
 */
export function searchGdacs(rows: readonly GdacsRow[], params: URLSearchParams) {
  const query = QuerySchema.parse(Object.fromEntries(params));
  const matches = rows.filter(({ properties }) => {
    const day = properties.todate.slice(0, 10);
    return (
      query.eventlist.includes(properties.eventtype) &&
      query.alertlevel.includes(properties.alertlevel) &&
      day >= query.fromDate &&
      day <= query.toDate
    );
  });
  const start = (query.pageNumber - 1) * query.pageSize;
  const features = matches.slice(start, start + query.pageSize);
  return features.length === 0 ? null : { type: 'FeatureCollection', features };
}
