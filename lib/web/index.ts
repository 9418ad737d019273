import { composeRunner, composeSource } from '../compose.js';
import type { Config, Env } from '../config.js';
import type { LogEntry } from '../runs/report.js';
import type { Source } from '../runs/source.js';
import { BAD_URL, type Problem } from './answers.js';
import { matchesPath, urlOf } from './request.js';
import { byMethod, createHandler, type Handler, type MethodHandler, type Route, respond } from './route.js';
import {
  createPushRoute,
  createRemoveRoute,
  createRunRoute,
  healthRoute,
  historyRoute,
  latestRoute,
  regionsRoute,
  runsRoute,
  snapshotRoute,
} from './routes.js';

export type { Env } from '../config.js';
export type { LogEntry } from '../runs/report.js';
export type { Source } from '../runs/source.js';
export type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './answers.js';
export { type Handler, isAuthorised } from './route.js';

export interface RoutesOptions {
  /** Where the configuration is read from, once, at the first call that needs it. Default `process.env`. */
  readonly env?: Env;
  /** The path below which `fetch` finds the routes. Default `/api`. */
  readonly basePath?: string;
  /** Replaces the feeds of GDACS and USGS as what a run collects and assesses. */
  readonly source?: Source;
  /**
   * Receives the log of runs, and of calls of the cron route that were refused. Default: each entry is a line of JSON
   * on the console.
   */
  readonly log?: (entry: LogEntry) => void;
  /** Receives exceptions, which are not shown to the caller. Default `console.error`. */
  readonly logBug?: (error: unknown) => void;
}

/** One handler for each route, and one for all of them. */
export interface Routes {
  /** GET or POST `/cron/persist-regions` */
  readonly run: Handler;
  /** POST `/snapshots` */
  readonly push: Handler;
  /** GET `/regions` */
  readonly regions: Handler;
  /** GET `/regions/{id}` */
  readonly latest: Handler;
  /** GET `/regions/{id}/history` */
  readonly history: Handler;
  /** GET `/snapshots/{id}` */
  readonly snapshot: Handler;
  /** DELETE `/snapshots/{id}` */
  readonly remove: Handler;
  /** GET `/runs` */
  readonly runs: Handler;
  /** GET `/health` */
  readonly health: Handler;
  /** Picks the route by the path, and answers 404 where there is none. */
  readonly fetch: Handler;
  /** The paths that `fetch` knows, base path included: `/api/regions/{id}`. */
  readonly paths: readonly string[];
}

/**
 * Makes the routes of this system, to be mounted wherever web-standard handlers run:
 *
 * ```ts
 * // app/api/[...path]/route.ts of a Next.js project
 * const { fetch } = createRoutes();
 * export { fetch as DELETE, fetch as GET, fetch as HEAD, fetch as POST };
 * ```
 *
 * A single handler may be mounted under any path whose last segments are those of its route: ids are read from there.
 */
export function createRoutes(options: RoutesOptions = {}): Routes {
  const { basePath = '/api', source, log } = options;
  const parts = {
    composeRunner: (config: Config) => composeRunner(config, log),
    composeSource: source === undefined ? composeSource : () => source,
  };
  const mounted: (MethodHandler & { readonly path: string })[] = [];

  function mount<Query>(route: Route<Query>): Handler {
    const handler = createHandler(route, options);
    mounted.push({ path: basePath.replace(/\/$/, '') + route.path, methods: route.methods, handler });
    return handler;
  }

  return {
    run: mount(createRunRoute({ ...parts, log })),
    push: mount(createPushRoute(parts)),
    regions: mount(regionsRoute),
    latest: mount(latestRoute),
    history: mount(historyRoute),
    snapshot: mount(snapshotRoute),
    remove: mount(createRemoveRoute({ log })),
    runs: mount(runsRoute),
    health: mount(healthRoute),
    async fetch(request) {
      const url = urlOf(request);
      if (url === null) return respond(request, { problem: BAD_URL });
      const routes = mounted.filter(({ path }) => matchesPath(url.pathname, path));
      return routes.length === 0 ? respond(request, { problem: NOT_FOUND }) : byMethod(routes)(request);
    },
    paths: [...new Set(mounted.map(({ path }) => path))],
  };
}

const NOT_FOUND: Problem = { status: 404, code: 'not-found', title: 'There is no such route' };
