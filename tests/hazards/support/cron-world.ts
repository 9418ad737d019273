import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { vi } from 'vitest';
import { z } from 'zod';
import type { Wait } from '../../../lib/hazards/feeds/fetch-text.js';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { createGeography } from '../../../lib/hazards/regions/points.js';
import { type AssessedSnapshot, AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import { type RunReport, RunReportSchema } from '../../../lib/runs/report.js';
import { createRoutes } from '../../../lib/web/index.js';
import { callHandler } from '../../support/serve-handler.js';
import { keys, NAMESPACE, startStoreHarness } from '../../support/store-harness.js';
import { type Answer, bytes, rows, status } from './answers.js';
import { gdacsRow, NOW, usgsRow } from './rows.js';
import { rssFeed, rssItem } from './rss.js';
import { AT_ONCE } from './serve.js';

/** What is asked of a feed. */
export type Asked =
  | { readonly feed: 'usgs' }
  | { readonly feed: 'rss' }
  | { readonly feed: 'gdacs'; readonly type: string; readonly isGreen: boolean; readonly page: number };

/** The answer to a request; undefined for that of an ordinary, quiet day. */
export type World = (asked: Asked) => Answer | undefined;

export const NONE = status(204);

/** Answers the search of one type, about orange and red, with one page, and the one about green with 204. */
export const search =
  (type: string, ...features: readonly unknown[]): World =>
  (asked) => {
    if (asked.feed !== 'gdacs' || asked.type !== type) return undefined;
    return asked.isGreen ? NONE : rows(...features.map((row) => row));
  };
/** Answers every request for a feed alike: `usgs`, `rss`, `gdacs`, or one of its types. */
export const always =
  (name: string, answer: Answer): World =>
  (asked) =>
    asked.feed === name || (asked.feed === 'gdacs' && asked.type === name) ? answer : undefined;
export const both =
  (...worlds: readonly World[]): World =>
  (asked) =>
    worlds.map((world) => world(asked)).find((answer) => answer !== undefined);

const ITALY = { country: 'Italy', iso3: 'ITA', affectedcountries: [{ iso2: 'IT', iso3: 'ITA' }] };

/** Green rows far from the Philippines where there always are some, nothing else. */
export function quiet(asked: Asked): Answer {
  const { now } = moment();
  if (asked.feed === 'usgs')
    return rows(usgsRow({ alert: null, time: now - 3_600_000, updated: now - 1_800_000 }));
  if (asked.feed === 'rss') return bytes(rssFeed([rssItem({ 'gdacs:alertlevel': 'Green' })], now));
  if (['TC', 'VO'].includes(asked.type) || !asked.isGreen) return NONE;
  const row = recent(
    { eventtype: asked.type, eventid: 5, name: 'Ordinary', alertlevel: 'Green', ...ITALY },
    [12.5, 42.5],
  );
  return rows(row);
}

const moment = () => ({ now: Date.now() });

/** A row of GDACS, an hour old by the clock of the test. */
export function recent(fields: Readonly<Record<string, unknown>> = {}, coordinates: unknown = [121.3, 14.6]) {
  const at = isoAgo(1);
  return gdacsRow({ fromdate: at, todate: at, datemodified: at, ...fields }, coordinates);
}

/** As GDACS writes times: UTC without a zone. */
export function isoAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19);
}

export interface Ran {
  readonly httpStatus: number;
  readonly report: RunReport;
  /** What is stored as the latest of a region after the run; null for none. */
  stored(regionId: string): Promise<AssessedSnapshot | null>;
}

export type CronWorld = Awaited<ReturnType<typeof startCronWorld>>;

/** The cron handler over a real store, and feeds on loopback that say what a test wants. `Date` stands at noon. */
export async function startCronWorld() {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const harness = await startStoreHarness();
  let world: World = () => undefined;
  const waits: number[] = [];
  const wait: Wait = async (ms) => void waits.push(ms);
  const listener: RequestListener = (request, response) => {
    const asked = askedBy(request.url);
    (world(asked) ?? quiet(asked))(response);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
  const sourceOf = (hasRss: boolean) => {
    const deps = { ...AT_ONCE, wait };
    const rssUrl = hasRss ? `${origin}/rss` : undefined;
    // These two and no others: what is told here is what becomes of their odd answers.
    const feeds = [
      ...createGdacsFeeds({ ...deps, url: `${origin}/gdacs`, rssUrl }),
      createUsgsFeed({ ...deps, url: `${origin}/usgs` }),
    ];
    return createHazardSource({ feeds, geography: createGeography() });
  };
  const env = {
    UPSTASH_REDIS_REST_URL: harness.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
    KEY_NAMESPACE: NAMESPACE,
    CRON_SECRET: SECRET,
  };
  const log: string[] = [];
  const routesOf = (hasRss: boolean) =>
    createRoutes({ env, source: sourceOf(hasRss), log: (entry) => log.push(JSON.stringify(entry)) });
  const routes = { plain: routesOf(false), withRss: routesOf(true) };

  return {
    waits,
    log,
    /** One call of the cron route in this world. */
    async run(told: World, options: { readonly hasRss?: boolean } = {}): Promise<Ran> {
      world = told;
      const { fetch } = options.hasRss ? routes.withRss : routes.plain;
      const reply = await callHandler(fetch, { path: '/api/cron/persist-regions', headers: AUTHORISED });
      return {
        httpStatus: reply.status,
        report: RunReportSchema.parse(JSON.parse(reply.text)),
        async stored(regionId) {
          // Behind the routes, which may answer with what they read a moment ago.
          const id = await harness.redis.get(keys.latest(regionId));
          const payload = id === null ? null : await harness.redis.get(keys.snapshotById(id));
          return payload === null ? null : AssessedSnapshotSchema.parse(JSON.parse(payload));
        },
      };
    },
    push: (snapshots: readonly unknown[]) =>
      callHandler(routes.plain.fetch, {
        path: '/api/snapshots',
        method: 'POST',
        headers: { ...AUTHORISED, 'content-type': 'application/json' },
        body: JSON.stringify({ snapshots }),
      }),
    later: (hours: number) => vi.setSystemTime(Date.now() + hours * 3_600_000),
    async reset() {
      vi.setSystemTime(NOW);
      waits.length = 0;
      log.length = 0;
      await harness.reset();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await harness.close();
      vi.useRealTimers();
    },
  };
}

const SECRET = 'cron-secret-7f3a';
const AUTHORISED = { authorization: `Bearer ${SECRET}` };

export function askedBy(path = ''): Asked {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  if (pathname !== '/gdacs') return { feed: pathname === '/rss' ? 'rss' : 'usgs' };
  const type = searchParams.get('eventlist') ?? '';
  const isGreen = searchParams.get('alertlevel') === 'Green';
  return { feed: 'gdacs', type, isGreen, page: Number(searchParams.get('pageNumber')) };
}
