import { gravestRegion } from './heads.js';

/**
 * What the page shows at a moment.
 *
 * @typedef {object} PageState
 * @property {import('./loader.js').PageData} data
 * @property {string | null} selectedRegion
 * @property {string | null} selectedRun
 * @property {number} now epoch ms
 */

/**
 * Keeps the reader's choice while it exists, and otherwise chooses the gravest region and the newest run.
 *
 * @param {import('./loader.js').PageData} data
 * @param {{ region: string | null, run: string | null }} chosen
 * @returns {Pick<PageState, 'selectedRegion' | 'selectedRun'>}
 */
export function select({ heads, runs, pushes }, chosen) {
  const regions = heads.data ?? [];
  const reports = runs.data ?? [];
  const region = regions.find(({ regionId }) => regionId === chosen.region)?.regionId;
  const listed = [...reports, ...(pushes.data ?? [])];
  const run = listed.find(({ runId }) => runId === chosen.run) ?? reports[0];
  return { selectedRegion: region ?? gravestRegion(regions), selectedRun: run?.runId ?? null };
}

/**
 * A region whose evidence holds an event: the one that is shown if it does, and `global`, which holds them all, last.
 *
 * @param {import('./loader.js').PageData} data
 * @param {string | null} eventId
 * @param {string | null} shown the region that is shown
 * @returns {string | null}
 */
export function regionOfEvent({ regions }, eventId, shown) {
  const holders = [...regions]
    .filter(([, { snapshot }]) => snapshot.data?.evidence?.some(({ id }) => id === eventId))
    .map(([regionId]) => regionId);
  if (shown !== null && holders.includes(shown)) return shown;
  return holders.find((regionId) => regionId !== 'global') ?? holders[0] ?? null;
}
