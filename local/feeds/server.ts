import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';
import { type GdacsRow, gdacsRow } from './gdacs-rows.js';
import { GDACS_SAMPLES } from './gdacs-samples.js';
import { usgsFeed } from './usgs-rows.js';

export interface SampleFeeds {
  /** For `GDACS_URL`. */
  readonly gdacsUrl: string;
  /** For `USGS_URL`. */
  readonly usgsUrl: string;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

const GDACS_PATH = '/gdacsapi/api/events/geteventlist/SEARCH';
const USGS_PATH = '/earthquakes/feed/v1.0/summary/4.5_week.geojson';

/**
 * Serves invented events on loopback in the formats of GDACS and USGS. They are dated once, at the start, so that two
 * reads find the same world.
 *
 * @param options.now epoch ms that the events are dated back from; the present by default
 * @param options.port 0, the default, takes a free one
 * @throws when the port cannot be had
 */
export async function startSampleFeeds(options: { now?: number; port?: number } = {}): Promise<SampleFeeds> {
  const { now = Date.now(), port = 0 } = options;
  const server = createServer(answer(now)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = z.object({ port: z.int() }).parse(server.address());
  const origin = `http://127.0.0.1:${taken}`;
  return {
    gdacsUrl: `${origin}${GDACS_PATH}`,
    usgsUrl: `${origin}${USGS_PATH}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(now: number): RequestListener {
  const rows = GDACS_SAMPLES.map((sample) => gdacsRow(sample, now));
  const week = usgsFeed(now);
  const bodyFor = (url: URL) => {
    if (url.pathname === GDACS_PATH) return { status: 200, body: searchGdacs(rows, url.searchParams) };
    if (url.pathname === USGS_PATH) return { status: 200, body: week };
    return { status: 404, body: { message: 'no such feed' } };
  };
  return (request, response) => {
    const { status, body } = bodyFor(new URL(request.url ?? '/', 'http://127.0.0.1'));
    if (body === null) response.writeHead(204).end();
    else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
