import { z } from 'zod';
import type { Config } from '../../lib/config.js';
import type { FeedReading, HazardFeed, HttpFeedDeps } from '../../lib/hazards/feeds/feed.js';
import { createFeeds, FEED_VARIABLES, FEEDS } from '../../lib/hazards/feeds/feeds.js';
import type { Clock } from '../../lib/limits/deadline.js';
import { parseJson } from '../../lib/limits/json.js';
import { readText } from '../../lib/limits/network.js';
import { formatMs, plural } from '../start/text.js';
import { type Finding, fail, type Group, ok, warn } from './check.js';

const LIMIT_MS = 10_000;
/** The limit of one attempt: a feed makes two, and there must be time for the second. In ms. */
const ATTEMPT_MS = 4_500;
const VARIABLES = FEED_VARIABLES.join(', ');
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const HOUR_MS = 60 * 60_000;

/** Days can pass without a cyclone or an eruption anywhere; of the others there is always something. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['gdacs-tc', 'gdacs-vo']);

export interface FeedsDeps {
  readonly clock: Clock;
  readonly fetch?: typeof globalThis.fetch;
}

/** The feeds, read as a run reads them, all at once. */
export function feedsGroup(urls: Config['feeds'], deps: FeedsDeps): Group {
  const { clock, fetch = globalThis.fetch } = deps;
  const counts = new Map<string, number>();
  const http: HttpFeedDeps = { fetch: countRows(fetch, urls, counts), timeoutMs: ATTEMPT_MS };
  const feeds = createFeeds(urls, http);
  return {
    title: 'feeds',
    checks: [
      {
        subject: 'feeds',
        limitMs: LIMIT_MS,
        run: (signal) => Promise.all(feeds.map((feed) => readFeed(feed, counts, clock, signal))),
      },
    ],
  };
}

async function readFeed(
  feed: HazardFeed,
  counts: ReadonlyMap<string, number>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding> {
  const begun = clock.monotonic();
  const now = clock.now();
  try {
    const reading = await feed.read({ now, signal });
    const took = formatMs(clock.monotonic() - begun);
    return judge(feed.name, reading, { rows: counts.get(feed.name) ?? 0, now, took });
  } catch (error) {
    const seen = error instanceof Error ? error.message : 'failed';
    const advice = `Check whether this machine reaches the host, and whether the feed is down or has moved (${VARIABLES}). Runs continue without it, with less confidence.`;
    return fail(feed.name, seen, advice);
  }
}

function judge(
  name: string,
  { events, gaps, notes }: FeedReading,
  { rows, now, took }: { rows: number; now: number; took: string },
): Finding {
  const newest = Math.max(...events.map(({ observedAt }) => observedAt));
  const age = events.length === 0 ? '' : `, the newest ${ageOf(now - newest)}`;
  const seen = `${plural(rows, 'row')}, ${plural(events.length, 'event')} that count${events.length === 1 ? 's' : ''}${age}, ${took}`;
  const remarks = [...gaps, ...notes];
  if (remarks.length > 0) {
    return warn(
      name,
      `${seen}; ${remarks.join('; ')}`,
      'The format of the feed may have changed: check its answer.',
    );
  }
  if (rows > 0 || MAY_BE_EMPTY.has(name)) return ok(name, seen);
  return warn(
    name,
    seen,
    `There are always some: check the answer of the feed, and its address (${VARIABLES}).`,
  );
}

/** Slow hazards are dated at the end of the period that was assessed, which may be later today. */
function ageOf(ageMs: number): string {
  return ageMs < 0 ? 'of today' : `${(ageMs / HOUR_MS).toFixed(1)} h old`;
}

/** Feeds return only events; the number of rows has to be counted as they arrive. */
function countRows(
  fetch: typeof globalThis.fetch,
  urls: Config['feeds'],
  counts: Map<string, number>,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    // A body that breaks off or never ends is reported by the feed.
    const body = response.ok ? await readText(response.clone(), MAX_BODY_BYTES).catch(() => '') : '';
    const collection = CollectionSchema.safeParse(parseJson(body));
    const name = feedOf(new URL(input instanceof Request ? input.url : input), urls);
    if (collection.success) counts.set(name, (counts.get(name) ?? 0) + collection.data.features.length);
    return response;
  };
}

const CollectionSchema = z.object({ features: z.array(z.unknown()) });

/** The name of the feed that asked. Only the search of GDACS is asked by several, each for a type of event. */
function feedOf({ host, pathname, searchParams }: URL, urls: Config['feeds']): string {
  const type = searchParams.get('eventlist');
  const entry = FEEDS.find(({ addresses }) =>
    addresses.some(({ variable, url }) => {
      const address = new URL(urls[variable] ?? url);
      return address.host === host && address.pathname === pathname;
    }),
  );
  const name = entry?.name ?? '';
  return type === null ? name : `${name}-${type.toLowerCase()}`;
}
