import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { FEEDS, type FeedEntry } from '../../lib/hazards/feeds/feeds.js';
import { listenOnLoopback } from '../listen.js';
import { SAMPLES, type Sample } from './samples.js';

export interface SampleFeeds {
  /** An address of this server for every variable that replaces the address of a feed. */
  readonly urls: Readonly<Record<string, string>>;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

export interface SampleFeedsOptions {
  /** Epoch ms that the events are dated back from, and at which all answers are made. Default: the present. */
  readonly now?: number;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: the one table of feeds. */
  readonly feeds?: readonly FeedEntry[];
}

/**
 * Serves invented events on loopback in the formats of the feeds. They are dated once, at the start, so that two reads
 * find the same world; that the answers were just made is true at any time.
 *
 * @throws when a feed has no sample, which would leave its readers with the real one, or when the port is taken
 */
export async function startSampleFeeds(options: SampleFeedsOptions = {}): Promise<SampleFeeds> {
  const { now, port = 0, feeds = FEEDS } = options;
  const places = feeds.flatMap(placesOf);
  const server = createServer(answer(places, now ?? Date.now(), () => now ?? Date.now()));
  const origin = `http://127.0.0.1:${await listenOnLoopback(server, port)}`;
  return {
    urls: Object.fromEntries(places.map(({ variable, path }) => [variable, origin + path])),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Place {
  readonly variable: string;
  readonly path: string;
  readonly sample: Sample;
}

/** Where the samples of a feed are served: below its name, at the paths of the real addresses. */
function placesOf({ name, addresses }: FeedEntry): Place[] {
  return addresses.map(({ variable, url }) => {
    const sample = Object.hasOwn(SAMPLES, variable) ? SAMPLES[variable] : undefined;
    if (sample === undefined) {
      throw new Error(`The feed ${name} has no sample for ${variable}: add one to local/feeds/samples.ts.`);
    }
    return { variable, path: `/${name}${new URL(url).pathname}`, sample };
  });
}

function answer(places: readonly Place[], datedFrom: number, clock: () => number): RequestListener {
  return (request, response) => {
    const { pathname, searchParams: params } = new URL(request.url ?? '', 'http://127.0.0.1');
    const place = places.find(({ path }) => path === pathname);
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (place === undefined) return json(404, { message: 'no such feed' });
    const answered = place.sample({ params, datedFrom, now: clock() });
    if (answered === null) return response.writeHead(204).end();
    if ('json' in answered) return json(200, answered.json);
    return response.writeHead(200, { 'content-type': answered.type }).end(answered.text);
  };
}
