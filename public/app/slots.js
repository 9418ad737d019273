import { HOUR_MS } from './format.js';

/**
 * The day has four slots, and each is to be stored once: by the run at its beginning or, failing that, by the one an
 * hour later.
 *
 * @typedef {import('./runs.js').RunView} RunView
 * @typedef {'stored' | 'caught-up' | 'failed' | 'missed' | 'pending' | 'unrecorded'} SlotState
 * @typedef {{ start: number, state: SlotState, regionIds: string[] }} SlotView `regionIds`: those that were not stored, or only later
 */

export const SLOT_MS = 6 * HOUR_MS;
/** Seven days. */
const SLOTS_SHOWN = 28;
/** When the second run of a slot is due, from its beginning. */
const CATCH_UP_MS = HOUR_MS;
/** Vercel may call at any minute of the hour that the schedule names, so only then is a slot without a run missed. */
export const LATEST_CALL_MS = CATCH_UP_MS + HOUR_MS;
/** The API keeps no more reports, so the slot of the oldest one may be cut off. */
const MOST_REPORTS = 100;
const STORED = new Set(['persisted', 'duplicate', 'current']);

/** The beginning of the slot that a time is in: 00, 06, 12 or 18 UTC. @param {number} time epoch ms */
export function slotOf(time) {
  return Math.floor(time / SLOT_MS) * SLOT_MS;
}

/** When the next run is due, by the schedule in vercel.json. @param {number} now epoch ms */
export function nextTick(now) {
  const slot = slotOf(now);
  const catchUp = slot + CATCH_UP_MS;
  return now < catchUp ? catchUp : slot + SLOT_MS;
}

/**
 * What became of each slot of the last seven days, from the reports of the runs. Before the first report nothing is
 * known.
 *
 * @param {readonly RunView[]} runs newest first
 * @param {readonly string[]} regionIds all regions
 * @param {number} now epoch ms
 * @returns {SlotView[]} oldest first; the last one is the present slot
 */
export function slotStates(runs, regionIds, now) {
  const present = slotOf(now);
  const first = firstRecorded(runs);
  return Array.from({ length: SLOTS_SHOWN }, (_, i) => {
    const start = present - (SLOTS_SHOWN - 1 - i) * SLOT_MS;
    if (start < first) return { start, state: /** @type {const} */ ('unrecorded'), regionIds: [] };
    return slotState(
      start,
      runs.filter((run) => run.slot === start),
      regionIds,
      now,
    );
  });
}

/** @param {readonly SlotView[]} slots @param {SlotState} state */
export function countSlots(slots, state) {
  return slots.filter((slot) => slot.state === state).length;
}

/** The beginning of the first slot of which all reports are there. @param {readonly RunView[]} runs */
function firstRecorded(runs) {
  const oldest = runs.at(-1);
  if (oldest === undefined) return Number.POSITIVE_INFINITY;
  return runs.length < MOST_REPORTS ? oldest.slot : oldest.slot + SLOT_MS;
}

/**
 * @param {number} start
 * @param {readonly RunView[]} runs of the slot
 * @param {readonly string[]} regionIds
 * @param {number} now
 * @returns {SlotView}
 */
function slotState(start, runs, regionIds, now) {
  const storedAt = (/** @type {string} */ regionId) => firstStored(start, runs, regionId);
  const left = regionIds.filter((regionId) => storedAt(regionId) === null);
  const late = regionIds.filter((regionId) => (storedAt(regionId) ?? 0) >= start + CATCH_UP_MS);
  if (left.length === 0) return { start, state: late.length === 0 ? 'stored' : 'caught-up', regionIds: late };
  const tried = left.some((regionId) => runs.some((run) => run.regions.some((r) => r.regionId === regionId)));
  if (tried) return { start, state: 'failed', regionIds: left };
  return { start, state: now < start + LATEST_CALL_MS ? 'pending' : 'missed', regionIds: left };
}

/**
 * When a region was first stored in a slot. `current` means that an earlier run had done it.
 *
 * @param {number} start
 * @param {readonly RunView[]} runs
 * @param {string} regionId
 */
function firstStored(start, runs, regionId) {
  const times = runs.flatMap(({ regions, startedAt }) => {
    const status = regions.find((region) => region.regionId === regionId)?.status ?? '';
    if (!STORED.has(status)) return [];
    return status === 'current' ? start : startedAt;
  });
  return times.length === 0 ? null : Math.min(...times);
}
