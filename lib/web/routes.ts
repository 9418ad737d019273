import type { Config } from '../config.js';
import { StoreError } from '../persister/upstash/error.js';
import { type LogEntry, logToConsole } from '../runs/report.js';
import type { Runner } from '../runs/run.js';
import type { Source } from '../runs/source.js';
import { noSnapshot, UNKNOWN_SNAPSHOT } from './answers.js';
import { type HistoryQuery, HistoryQuerySchema, READ_METHODS, readAnswer, snapshotAnswer } from './read.js';
import { composeReader } from './reader.js';
import { jsonBody, NO_QUERY, parseBody, parseRegionId, parseSnapshotId } from './request.js';
import type { Answer, Route } from './route.js';
import {
  createRefusalLog,
  pushedSnapshotsSchema,
  ReportsQuerySchema,
  RunQuerySchema,
  removalAnswer,
  runAnswer,
  triggerOf,
} from './write.js';

/** What a run needs. Passed in, because a read does not need the map of the world that a run has to load. */
export interface RunParts {
  readonly composeRunner: (config: Config) => Runner;
  readonly composeSource: (config: Config) => Source;
  /** Receives a line about refused calls. Default: the console. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

/**
 * A run: what Vercel's cron calls, and what a person may call by hand. The scheduler gets what is due in the present
 * slot; a person gets all regions, unless the query says otherwise.
 */
export function createRunRoute({ composeRunner, composeSource, log = logToConsole }: RunParts) {
  return defineRoute({
    path: '/cron/persist-regions',
    methods: ['GET', 'POST'],
    access: 'secret',
    query: RunQuerySchema,
    onRefused: createRefusalLog(log),
    async answer(request, config, { query }) {
      const { regionIds, dryRun } = query;
      const runner = composeRunner(config);
      const deadline = runner.begin();
      const source = composeSource(config);
      const trigger = triggerOf(request);
      const due = query.due ?? trigger === 'cron';
      return runAnswer(await runner.run({ source, regionIds, dryRun, due, trigger, deadline }), dryRun);
    },
  });
}

/** Persists snapshots that another program made. */
export function createPushRoute({ composeRunner }: Pick<RunParts, 'composeRunner'>) {
  return defineRoute({
    path: '/snapshots',
    methods: ['POST'],
    access: 'secret',
    query: NO_QUERY,
    async answer(request, config) {
      const runner = composeRunner(config);
      // Begun before the body is read and checked, because that takes part of the budget.
      const deadline = runner.begin();
      const body = await jsonBody(request, deadline.limit('persist').signal);
      if ('problem' in body) return body;
      const snapshots = parseBody(pushedSnapshotsSchema(Date.now()), body.value);
      if ('problem' in snapshots) return snapshots;
      return runAnswer(await runner.push(snapshots.value, deadline));
    },
  });
}

/** The head of every region. */
export const regionsRoute = defineRoute({
  path: '/regions',
  methods: READ_METHODS,
  access: 'read',
  query: NO_QUERY,
  answer: async (_request, config) => readAnswer(config, await composeReader(config).regions()),
});

/** The latest snapshot of a region, as it is stored. */
export const latestRoute = defineRoute({
  path: '/regions/{id}',
  methods: READ_METHODS,
  access: 'read',
  query: NO_QUERY,
  async answer(request, config, { id }) {
    const region = parseRegionId(id);
    if ('problem' in region) return region;
    const latest = await composeReader(config).latest(region.value);
    return snapshotAnswer(request, config, latest, noSnapshot(region.value));
  },
});

/** Regime and pressure of a region over time, newest first: one call is enough for a chart. */
export const historyRoute = defineRoute({
  path: '/regions/{id}/history',
  methods: READ_METHODS,
  access: 'read',
  query: HistoryQuerySchema,
  async answer(request, config, { query, id }): Promise<Answer> {
    const region = parseRegionId(id);
    if ('problem' in region) return region;
    const page = await composeReader(config).history(region.value, query);
    if (page instanceof StoreError || page.next === null) return readAnswer(config, page);
    // Wherever the route is mounted, the next page is found where this one was.
    const next = new URL(request.url).pathname + nextQuery(query, page.next);
    return readAnswer(config, { ...page, next });
  },
});

/** One snapshot by its id, as it is stored. It never changes. */
export const snapshotRoute = defineRoute({
  path: '/snapshots/{id}',
  methods: READ_METHODS,
  access: 'read',
  query: NO_QUERY,
  async answer(request, config, { id }) {
    const snapshotId = parseSnapshotId(id);
    if ('problem' in snapshotId) return snapshotId;
    const stored = await composeReader(config).snapshot(snapshotId.value);
    return snapshotAnswer(request, config, stored, UNKNOWN_SNAPSHOT);
  },
});

/** Removes a snapshot, such as one that was pushed by mistake. The one before it becomes the latest. */
export function createRemoveRoute({ log = logToConsole }: Pick<RunParts, 'log'> = {}) {
  return defineRoute({
    path: '/snapshots/{id}',
    methods: ['DELETE'],
    access: 'secret',
    query: NO_QUERY,
    async answer(_request, config, { id }) {
      const snapshotId = parseSnapshotId(id);
      if ('problem' in snapshotId) return snapshotId;
      const removal = await composeReader(config).remove(snapshotId.value);
      if (removal === 'removed')
        log({ level: 'info', event: 'snapshot-removed', snapshotId: snapshotId.value });
      return removalAnswer(snapshotId.value, removal);
    },
  });
}

/** The reports of the last runs, or of the last pushes. */
export const runsRoute = defineRoute({
  path: '/runs',
  methods: READ_METHODS,
  access: 'read',
  query: ReportsQuerySchema,
  answer: async (_request, config, { query }) => readAnswer(config, await composeReader(config).runs(query)),
});

/**
 * For monitors: 200 while every region is fresh, also when something is wrong that the next runs may fix, else 503.
 * Open whatever READ_TOKEN is. Shared caches keep it for ten seconds, so that the store is asked once for many callers.
 */
export const healthRoute = defineRoute({
  path: '/health',
  methods: READ_METHODS,
  access: 'open',
  query: NO_QUERY,
  async answer(_request, config) {
    const health = await composeReader(config).health();
    const status = health.status === 'ok' || health.status === 'degraded' ? 200 : 503;
    return { status, body: health, headers: { 'cache-control': 'public, max-age=0, s-maxage=10' } };
  },
});

/** The query of the next page: the bounds of this one, and where it ended. */
function nextQuery({ from, limit }: HistoryQuery, cursor: string): string {
  const params = new URLSearchParams({ limit: `${limit}`, cursor });
  if (from !== null) params.set('from', `${from}`);
  return `?${params}`;
}

/** Infers the type of the query from its schema. */
function defineRoute<Query>(route: Route<Query>): Route<Query> {
  return route;
}
