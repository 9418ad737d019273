import { listWords, plural } from './format.js';
import { LEGEND, viewRegime } from './regimes.js';

/**
 * The state of the world in one line.
 *
 * @param {HTMLElement} world
 */
export function createHeadline(world) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data }) {
      world.textContent = worldLine(data.heads.data ?? []);
    },
  };
}

/**
 * How many regions are in each regime, the gravest first; `global` is not counted.
 *
 * @param {readonly import('./heads.js').HeadView[]} heads
 */
export function worldLine(heads) {
  const labels = heads.flatMap(({ regionId, head }) =>
    regionId === 'global' || head === null ? [] : [head.label],
  );
  const gravestFirst = LEGEND.toSorted((a, b) => viewRegime(b.key).rank - viewRegime(a.key).rank);
  const parts = gravestFirst.flatMap(({ key, phrase }) => {
    const count = labels.filter((label) => label === key).length;
    return count === 0 ? [] : [{ count, phrase }];
  });
  return listWords(
    parts.map(({ count, phrase }, i) => `${i === 0 ? plural(count, 'region') : count} ${phrase}`),
  );
}
