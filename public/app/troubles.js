import { inputNames } from './feeds.js';
import { formatClock, formatTimes, listWords, plural } from './format.js';
import { slotOf, slotStates } from './slots.js';
import { settledRuns, silentInputs, standingOf } from './standing.js';

/**
 * What is wrong, a sentence for each cause. The reports of the runs tell most of it; health may know more.
 *
 * @typedef {import('./loader.js').PageData} PageData
 * @typedef {import('./standing.js').Standing} Standing
 * @typedef {Standing & { regionId: string }} Failing
 */

/** More names than this are counted instead. */
const MOST_NAMED = 3;
/** Reasons that the headline gives, with the age of what is stored. */
const AGE_CODES = new Set(['region-empty', 'region-stale']);
/** What another attempt meets again. */
const HOPELESS = new Set([
  'store-full',
  'store-quota',
  'store-unauthorised',
  'store-command-refused',
  'store-request-too-large',
]);

/**
 * Regions that failed alike are one sentence, the most stubborn first: "mena has failed twice, since 06:00 UTC".
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
    return `${who} ${verb} not answered fully${since === null ? '' : ` since ${formatClock(since, now)}`}`;
  });
}

/**
 * That no run has come when one was due.
 *
 * @param {PageData} data
 * @param {number} now
 * @returns {string[]}
 */
export function missedSentence(data, now) {
  const [last] = data.runs.data ?? [];
  const present = slotStates(data.runs.data ?? [], regionIdsOf(data), now).at(-1);
  if (last === undefined || present?.state !== 'missed' || last.slot === present.start) return [];
  return [
    `no run since ${formatClock(last.startedAt, now)}, and one was due at ${formatClock(slotOf(now), now)}`,
  ];
}

/**
 * What health gives as a reason and no other sentence tells.
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

/** A code of a failing region that a repetition does not mend. @param {PageData} data */
export function hopelessCode(data) {
  return failing(data).find(({ code }) => HOPELESS.has(code ?? ''))?.code ?? null;
}

/** @param {PageData} data @returns {Failing[]} */
function failing(data) {
  const runs = settledRuns(data);
  return regionIdsOf(data)
    .map((regionId) => ({ regionId, ...standingOf(runs, regionId) }))
    .filter(({ failures }) => failures > 0);
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
  const who =
    names.length === all && all > 1
      ? 'every region'
      : names.length > MOST_NAMED
        ? plural(names.length, 'region')
        : listWords(names);
  const time = since === null ? '' : formatClock(since, now);
  if (failures === 1) return `${who} failed at ${time}`;
  return `${who} ${one ? 'has' : 'have'} failed ${formatTimes(failures)}, since ${time}`;
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
