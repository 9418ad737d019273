import { inputNames } from './feeds.js';
import { formatMinute, listWords, plural } from './format.js';

/** @typedef {import('./snapshot-view.js').SnapshotView} SnapshotView */

/** More inputs than this are counted instead of named. */
const MOST_NAMED = 3;

/**
 * Which inputs a snapshot lacks, and what that means for the regime.
 *
 * @param {Pick<SnapshotView, 'missingInputs' | 'heldInputs' | 'label' | 'score'>} snapshot
 * @returns {string | null} null when none is missing
 */
export function missingInputsText({ missingInputs, heldInputs, label, score }) {
  const names = inputNames(missingInputs);
  if (names.length === 0) return null;
  const who = names.length > MOST_NAMED ? plural(names.length, 'input') : listWords(names);
  const since = heldSince({ heldInputs });
  const held = since === null ? '' : ` Its last answer counts, held since ${formatMinute(since)}.`;
  return `${who} did not answer in full: ${consequence(label, score)}.${held}`;
}

/**
 * The orange and red alerts, if any input could count them: without an answer, none is not zero.
 *
 * @param {Pick<SnapshotView, 'alerts' | 'missingInputs' | 'score'>} snapshot
 * @returns {SnapshotView['alerts']} null when they are not known
 */
export function knownAlerts({ alerts, missingInputs, score }) {
  return score === null && missingInputs.length > 0 ? null : alerts;
}

/**
 * Since when a part of a snapshot is held from an earlier answer.
 *
 * @param {Pick<SnapshotView, 'heldInputs'>} snapshot
 * @returns {number | null} epoch ms; null when nothing is held
 */
export function heldSince({ heldInputs }) {
  return heldInputs.length === 0 ? null : Math.min(...heldInputs.map(({ since }) => since));
}

/** @param {string | null} label @param {number | null} score */
function consequence(label, score) {
  if (score !== null) return 'there may be more events';
  return label === 'unknown' ? 'the situation here is unknown' : 'the regime may be out of date';
}
