import { inputNames } from './feeds.js';
import { DAY_MS, formatClock, formatTimes, listWords, plural } from './format.js';
import { LATEST_CALL_MS, SLOT_MS, slotStates } from './slots.js';
import { settledRuns, silentInputs, standingOf } from './standing.js';

/**
 * What is wrong, with a sentence for each cause. Most of it is in the reports of the runs; health may know more.
 *
 * @typedef {import('./loader.js').PageData} PageData
 * @typedef {import('./standing.js').Standing} Standing
 * @typedef {Standing & { regionId: string }} Failing
 */

/** More names than this are counted instead. */
const MOST_NAMED = 3;
/** Reasons that the headline gives, with the age of what is stored. */
const AGE_CODES = new Set(['region-empty', 'region-stale']);
/** Failures that a retry does not fix. */
const HOPELESS_CODES = new Set([
  'store-full',
  'store-quota',
  'store-unauthorised',
  'store-command-refused',
  'store-request-too-large',
  'redis-wrongtype',
  'dedup-unreadable',
  'runs-unreadable',
]);

/**
 * Regions that failed in the same way share a sentence, the longest failures first: "mena has failed twice, since 06:00
 * UTC".
 *
 * @param {PageData} data
 * @param {number} now epoch ms
 * @returns {string[]}
 */
export function failureSentences(data, now) {
  const groups = grouped(failing(data), ({ failures, since }) => `${failures} ${since}`);
  return groups
    .toSorted((a, b) => (b[0]?.failures ?? 0) - (a[0]?.failures ?? 0) || b.length - a.length)
    .map((group) => failureSentence(group, regionIdsOf(data).length, now));
}

/**
 * The inputs that have not answered for two slots. Health has the last word on them where it names its reasons.
 *
 * @param {PageData} data
 * @param {number} now
 * @returns {string[]}
 */
export function inputSentences({ health, runs }, now) {
  const named = health.reasons?.flatMap(({ input, since }) => (input === null ? [] : [{ input, since }]));
  const groups = grouped(named ?? silentInputs(runs.data ?? []), ({ since }) => `${since}`);
  return groups.map((inputs) => {
    const since = inputs[0]?.since ?? null;
    const names = inputNames(inputs.map(({ input }) => input));
    const who = names.length > MOST_NAMED ? plural(names.length, 'input') : listWords(names);
    const verb = names.length === 1 ? 'has' : 'have';
    return `${who} ${verb} not answered in full${since === null ? '' : ` since ${formatClock(since, now)}`}`;
  });
}

/**
 * What is not stored although the last call of the slot has passed, and no run says that it failed: health calls it
 * stale later, and nothing until then.
 *
 * @param {PageData} data
 * @param {number} now
 * @returns {string[]}
 */
export function missedSentence(data, now) {
  const [last] = data.runs.data ?? [];
  const present = slotStates(settledRuns(data), regionIdsOf(data), now).at(-1);
  if (last === undefined || present === undefined || isAllStoredSince(present.start, data)) return [];
  const due = last.slot + SLOT_MS;
  if (due < present.start || (due === present.start && present.state === 'missed'))
    return [
      `no run since ${formatClock(last.startedAt, now)}, although one was due at ${formatClock(due, now)}`,
    ];
  if (present.state !== 'failed' || now < present.start + LATEST_CALL_MS) return [];
  const told = new Set(failing(data).map(({ regionId }) => regionId));
  const left = present.regionIds.filter((regionId) => !told.has(regionId));
  if (left.length === 0) return [];
  const verb = left.length === 1 ? 'was' : 'were';
  return [`${namesOf(left)} ${verb} not stored in the slot of ${formatClock(present.start, now)}`];
}

/**
 * Whether each region has a snapshot of this slot, whatever the reports say: one may be lost.
 *
 * @param {number} start of the slot, epoch ms
 * @param {PageData} data
 */
function isAllStoredSince(start, { health: { ages, at } }) {
  return ages.length > 0 && ages.every(({ ageMs }) => ageMs !== null && at - ageMs >= start);
}

/**
 * Reasons of health that no other sentence covers.
 *
 * @param {PageData} data
 * @returns {string[]}
 */
export function otherReasons(data) {
  const told = new Set(failing(data).map(({ regionId }) => regionId));
  return (data.health.reasons ?? []).flatMap(({ code, message, regionId, input }) => {
    const isAge = AGE_CODES.has(code ?? '');
    const isTold = isAge || input !== null || (regionId !== null && told.has(regionId));
    return isTold ? [] : (message ?? code ?? []);
  });
}

/** A code that a repetition does not mend. @param {PageData} data */
export function hopelessCode(data) {
  const codes = [...failing(data), ...(data.health.reasons ?? [])].map(({ code }) => code ?? '');
  return codes.find((code) => HOPELESS_CODES.has(code)) ?? null;
}

/** Why regions fail, each code once. @param {PageData} data @returns {string[]} */
export function failureCodes(data) {
  return [...new Set(failing(data).flatMap(({ code }) => code ?? []))];
}

/**
 * The first region that becomes too old before the next run may store it, and when.
 *
 * @param {PageData} data
 * @param {number} next when the next run is due, epoch ms
 * @returns {{ regionId: string, at: number } | null}
 */
export function staleBefore(data, next) {
  const { ages, at, staleAfterMs } = data.health;
  const failed = new Set(failing(data).map(({ regionId }) => regionId));
  const [first] = ages
    .flatMap(({ regionId, ageMs }) =>
      ageMs === null || !failed.has(regionId) ? [] : [{ regionId, at: at + staleAfterMs - ageMs }],
    )
    .toSorted((a, b) => a.at - b.at);
  return first !== undefined && first.at <= next ? first : null;
}

/**
 * Whether an input has not answered for longer than what it said last is held: since that time, or so that a region is
 * unknown by now.
 *
 * @param {PageData} data
 * @param {number} now
 */
export function isHeldNoLonger({ health, heads }, now) {
  const silent = (health.reasons ?? []).filter(({ input }) => input !== null);
  const isLong = silent.some(({ since }) => since !== null && now - since >= DAY_MS);
  const isUnknown = (heads.data ?? []).some(({ head }) => head?.label === 'unknown');
  return isLong || (silent.length > 0 && isUnknown);
}

/**
 * Where health gives its reasons, only those regions fail that it names: the banner never says more than a monitor.
 *
 * @param {PageData} data
 * @returns {Failing[]}
 */
function failing(data) {
  const runs = settledRuns(data);
  const { reasons } = data.health;
  const named = reasons?.flatMap(({ code, regionId }) => (code === 'region-failed' ? regionId : []));
  return regionIdsOf(data)
    .map((regionId) => ({ regionId, ...standingOf(runs, regionId) }))
    .filter(({ regionId, failures }) => failures > 0 && (named?.includes(regionId) ?? true));
}

/** @param {PageData} data @returns {string[]} */
export function regionIdsOf({ heads, health, runs }) {
  const known = heads.data ?? health.ages;
  if (known.length > 0) return known.map(({ regionId }) => regionId);
  return [...new Set((runs.data ?? []).flatMap(({ regions }) => regions.map(({ regionId }) => regionId)))];
}

/** @param {readonly Failing[]} group at least one @param {number} all @param {number} now */
function failureSentence(group, all, now) {
  const { failures = 0, since = null } = group[0] ?? {};
  const names = group.map(({ regionId }) => regionId);
  const one = names.length === 1 || (names.length === all && all > 1);
  const who = names.length === all && all > 1 ? 'every region' : namesOf(names);
  const time = since === null ? '' : formatClock(since, now);
  if (failures === 1) return `${who} failed at ${time}`;
  return `${who} ${one ? 'has' : 'have'} failed ${formatTimes(failures)}, since ${time}`;
}

/** @param {readonly string[]} regionIds */
export function namesOf(regionIds) {
  return regionIds.length > MOST_NAMED ? plural(regionIds.length, 'region') : listWords(regionIds);
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @returns {T[][]} those of the same key together, in the order in which the keys came
 */
function grouped(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
