import { fieldsOf, itemsOf, numberWithin, textOf, timeOf } from './read.js';
import { viewRegime } from './regimes.js';

/** @typedef {ReturnType<typeof readHeads>[number]} HeadView */

/** @param {unknown} json the answer of `/api/regions` */
export function readHeads(json) {
  return itemsOf(fieldsOf(json).regions).flatMap((item) => {
    const { regionId, label, note, head } = fieldsOf(item);
    const id = textOf(regionId);
    if (id === null) return [];
    return [{ regionId: id, label: textOf(label) ?? id, note: textOf(note), head: readHead(head) }];
  });
}

/** @param {unknown} json @returns null when nothing is stored for the region */
function readHead(json) {
  const head = fieldsOf(json);
  const id = textOf(head.id);
  const generatedAt = timeOf(head.generatedAt);
  if (id === null || generatedAt === null) return null;
  const regime = fieldsOf(head.regime);
  return {
    id,
    generatedAt,
    label: textOf(regime.label),
    previousLabel: textOf(regime.previousLabel),
    transitionedAt: timeOf(regime.transitionedAt),
    score: numberWithin(head.pressureScore, 0, 1),
  };
}

/**
 * The region to show first: the one with the gravest regime. `global` counts every event, and so it only comes first
 * when it is alone.
 *
 * @param {readonly HeadView[]} heads
 * @returns {string | null} null when there are no regions
 */
export function gravestRegion(heads) {
  const rank = (/** @type {HeadView} */ { regionId, head }) =>
    head === null || regionId === 'global' ? -1 : viewRegime(head.label).rank + (head.score ?? 0);
  const byRank = heads.toSorted((a, b) => rank(b) - rank(a));
  return byRank[0]?.regionId ?? null;
}
