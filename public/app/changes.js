import { viewRegime } from './regimes.js';

/** @typedef {import('./loader.js').PageData} PageData */

/**
 * What a listener should hear of a refresh: nothing in quiet times.
 *
 * @param {PageData} before
 * @param {PageData} after
 * @returns {string[]} sentences
 */
export function changesBetween(before, after) {
  return [...problemChange(before, after), ...regimeChanges(before, after)];
}

/** @param {PageData} before @param {PageData} after @returns {string[]} */
function problemChange(before, after) {
  const [then, now] = [before.heads.problem, after.heads.problem];
  if (now !== null) return then?.title === now.title ? [] : [`${now.title}.`];
  return then === null ? [] : ['The page is up to date again.'];
}

/** @param {PageData} before @param {PageData} after @returns {string[]} */
function regimeChanges(before, after) {
  if (before.heads.data === null) return [];
  const known = new Map(before.heads.data.map(({ regionId, head }) => [regionId, head]));
  return (after.heads.data ?? []).flatMap(({ regionId, label, head }) => {
    const previous = known.get(regionId);
    if (head === null || head.label === (previous?.label ?? null)) return [];
    return [`${label} is now ${viewRegime(head.label).word}.`];
  });
}
