import { replaceContent, timeAgo } from './dom.js';
import { formatDuration, listWords, plural } from './format.js';
import { OUTCOMES } from './outcomes.js';
import { LEGEND, viewRegime } from './regimes.js';

/**
 * The state of the world and of the writer in one line each.
 *
 * @param {{ world: HTMLElement, run: HTMLElement, health: HTMLElement }} elements
 */
export function createHeadline({ world, run, health }) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      world.textContent = worldLine(data.heads.data ?? []);
      replaceContent(run, ...runLine(data.runs.data?.[0], now));
      health.textContent = data.health.text;
      health.dataset.health = data.health.status;
    },
  };
}

/**
 * How many regions are in each regime, the gravest first; `global` is no region among others here.
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

/** @param {import('./runs.js').RunView | undefined} run @param {number} now */
function runLine(run, now) {
  if (run === undefined) return [];
  const counts = OUTCOMES.filter(({ key }) => run.counts[key] > 0).map(
    ({ key, word }) => `${run.counts[key]} ${word}`,
  );
  return [
    'Last run ',
    timeAgo(run.startedAt, now),
    `: ${listWords(counts) || 'nothing to store'} in ${formatDuration(run.durationMs)}`,
  ];
}
