import { viewRegime } from './regimes.js';
import { viewService } from './service.js';

/** @typedef {import('./loader.js').PageData} PageData */

/**
 * What a screen reader should announce after a refresh; nothing when little changed.
 *
 * @param {PageData} before
 * @param {PageData} after
 * @param {number} now epoch ms
 * @returns {string[]} sentences
 */
export function changesBetween(before, after, now) {
  return [
    ...serviceChange(before, after, now),
    ...problemChange(before, after),
    ...regimeChanges(before, after),
  ];
}

/** Ages in the headline grow all the time, so only another level is news. @param {PageData} before @param {PageData} after @param {number} now */
function serviceChange(before, after, now) {
  const [then, service] = [viewService(before, now), viewService(after, now)];
  // The first state is read from the page itself.
  const isFirst = before.heads.data === null && before.heads.problem === null;
  return isFirst || then.level === service.level ? [] : [`${service.headline}.`];
}

/** @param {PageData} before @param {PageData} after @returns {string[]} */
function problemChange(before, after) {
  const [then, now] = [before.heads.problem, after.heads.problem];
  return then !== null && now === null ? ['The page is up to date again.'] : [];
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
