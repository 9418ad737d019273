import { readHeads } from './heads.js';
import { readHealth } from './health.js';
import { apiPath } from './links.js';
import { readRuns } from './runs.js';
import { viewSnapshot } from './snapshot-view.js';
import { readTrend, TREND_MS } from './trend.js';

/**
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./heads.js').HeadView} HeadView
 */

/**
 * A part of the page's data: the last version that could be read, and what has gone wrong since.
 *
 * @template T
 * @typedef {{ data: T | null, problem: Problem | null }} Part
 */

/**
 * @typedef {object} RegionData
 * @property {string} headId the snapshot that it belongs to
 * @property {Part<import('./snapshot-view.js').SnapshotView>} snapshot
 * @property {Part<{ points: import('./trend.js').TrendPoint[], complete: boolean }>} trend oldest first
 */

/**
 * @typedef {object} PageData
 * @property {number | null} readAt epoch ms of the last time that everything asked for was answered
 * @property {boolean} unauthorised whether the API asks for a token
 * @property {Part<HeadView[]>} heads
 * @property {Part<import('./runs.js').RunView[]>} runs
 * @property {Part<import('./runs.js').RunView[]>} pushes
 * @property {import('./health.js').HealthView} health
 * @property {ReadonlyMap<string, RegionData>} regions by region id; only those that have a snapshot
 */

/** @type {PageData} */
export const NO_DATA = {
  readAt: null,
  unauthorised: false,
  heads: { data: null, problem: null },
  runs: { data: null, problem: null },
  pushes: { data: null, problem: null },
  health: readHealth(undefined, 0),
  regions: new Map(),
};

const HOUR_MS = 60 * 60_000;
const PAGE_SIZE = 200;
/** 1,000 snapshots in 30 days: eight times what four runs a day make. */
const MOST_PAGES = 5;

/**
 * Reads everything that the page shows. A snapshot and a trend are read again only when the region's head has moved,
 * so that a refresh in quiet times is three requests, and one more for the pushes while somebody looks at them.
 *
 * @param {{ api: Api, origin: string, now: () => number }} deps
 */
export function createLoader({ api, origin, now }) {
  return {
    /**
     * @param {PageData} previous
     * @param {{ pushes?: boolean }} [options] whether to read the pushes too
     * @returns {Promise<PageData>} never rejects
     */
    async load(previous, { pushes: withPushes = false } = {}) {
      const [regions, runs, health, pushes] = await Promise.all([
        api.get('/api/regions'),
        api.get('/api/runs'),
        api.get('/api/health'),
        withPushes ? api.get('/api/runs?trigger=push') : null,
      ]);
      const unauthorised = [regions, runs].some((answer) => !answer.ok && answer.problem.status === 401);
      const heads = updated(previous.heads, regions, readHeads);
      const byRegion = unauthorised
        ? previous.regions
        : await loadRegions(heads.data ?? [], previous.regions);
      const next = {
        unauthorised,
        heads,
        runs: updated(previous.runs, runs, readRuns),
        pushes: pushes === null ? previous.pushes : updated(previous.pushes, pushes, readRuns),
        health: readHealth(health, now()),
        regions: byRegion,
      };
      return { ...next, readAt: isComplete(next) ? now() : previous.readAt };
    },
  };

  /**
   * @param {readonly HeadView[]} heads
   * @param {ReadonlyMap<string, RegionData>} previous
   */
  async function loadRegions(heads, previous) {
    const entries = heads.flatMap(({ regionId, head }) =>
      head === null ? [] : [{ regionId, headId: head.id }],
    );
    const loaded = await Promise.all(
      entries.map(async ({ regionId, headId }) => {
        const data = await loadRegion(regionId, headId, previous.get(regionId));
        return /** @type {const} */ ([regionId, data]);
      }),
    );
    return new Map(loaded);
  }

  /**
   * @param {string} regionId
   * @param {string} headId
   * @param {RegionData | undefined} previous
   * @returns {Promise<RegionData>}
   */
  async function loadRegion(regionId, headId, previous) {
    const isCurrent = previous?.headId === headId;
    const [snapshot, trend] = await Promise.all([
      isCurrent && previous.snapshot.problem === null
        ? previous.snapshot
        : api
            .get(`/api/regions/${encodeURIComponent(regionId)}`)
            .then((answer) => updated(NONE, answer, viewSnapshot)),
      isCurrent && previous.trend.problem === null ? previous.trend : loadTrend(regionId),
    ]);
    return { headId, snapshot, trend };
  }

  /** @param {string} regionId @returns {Promise<RegionData['trend']>} */
  async function loadTrend(regionId) {
    // Whole hours, so that everybody asks for the same and a shared cache can answer.
    const from = Math.floor((now() - TREND_MS) / HOUR_MS) * HOUR_MS;
    /** @type {string | null} */
    let path = `/api/regions/${encodeURIComponent(regionId)}/history?from=${from}&limit=${PAGE_SIZE}`;
    const points = [];
    for (let page = 0; page < MOST_PAGES && path !== null; page++) {
      const answer = await api.get(path);
      if (!answer.ok) return { data: null, problem: answer.problem };
      points.push(...readTrend(answer.data));
      path = apiPath(/** @type {{ next?: unknown }} */ (answer.data).next, origin);
    }
    return { data: { points: points.reverse(), complete: path === null }, problem: null };
  }
}

const NONE = { data: null, problem: null };

/**
 * The new data, or the earlier data with the current problem.
 *
 * @template T
 * @param {Part<T>} previous
 * @param {import('./api.js').Result} answer
 * @param {(json: unknown) => T} read
 * @returns {Part<T>}
 */
function updated(previous, answer, read) {
  if (answer.ok) return { data: read(answer.data), problem: null };
  return { data: previous.data, problem: answer.problem };
}

/** @param {Omit<PageData, 'readAt'>} data */
function isComplete({ unauthorised, heads, runs, regions }) {
  const parts = [heads, runs, ...[...regions.values()].flatMap(({ snapshot, trend }) => [snapshot, trend])];
  return !unauthorised && parts.every(({ problem }) => problem === null);
}
