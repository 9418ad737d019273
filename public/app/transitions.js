import { el, replaceContent, timeAndAge } from './dom.js';
import { plural } from './format.js';
import { regimeBadge } from './marks.js';

/**
 * @typedef {import('./trend.js').TrendPoint} TrendPoint
 * @typedef {{ regionId: string, label: string, from: string, to: string, at: number, id: string | null }} Transition
 */

/** How many are listed before the reader asks for all. */
const FIRST_SHOWN = 6;

/**
 * Each time that a region's regime changed, in the history that the charts show. A snapshot without a regime says
 * nothing about it.
 *
 * @param {readonly { regionId: string, label: string, points: readonly TrendPoint[] }[]} regions points oldest first
 * @returns {Transition[]} newest first
 */
export function transitionsOf(regions) {
  return regions
    .flatMap(({ regionId, label, points }) => {
      const labelled = points.flatMap((point) =>
        point.label === null ? [] : [{ ...point, label: point.label }],
      );
      return labelled.flatMap(({ label: to, at, id }, i) => {
        const from = labelled[i - 1]?.label ?? to;
        return from === to ? [] : [{ regionId, label, from, to, at, id }];
      });
    })
    .sort((a, b) => b.at - a.at);
}

/**
 * The transitions of all regions, newest first.
 *
 * @param {HTMLElement} container
 */
export function createTransitions(container) {
  let showsAll = false;
  /** @param {import('./page-state.js').PageState} state */
  function render(state) {
    const { data, now } = state;
    const regions = (data.heads.data ?? []).map(({ regionId, label }) => ({
      regionId,
      label,
      points: data.regions.get(regionId)?.trend.data?.points ?? [],
    }));
    const all = transitionsOf(regions);
    const shown = showsAll ? all : all.slice(0, FIRST_SHOWN);
    const onclick = () => {
      showsAll = true;
      render(state);
    };
    const more = el(
      'button',
      { type: 'button', class: 'more', 'data-key': 'more', onclick },
      `Show all ${plural(all.length, 'transition')}`,
    );
    if (all.length === 0)
      replaceContent(container, el('p', { class: 'quiet' }, 'No regime changed in these 30 days.'));
    else
      replaceContent(
        container,
        el('ol', { class: 'transitions' }, ...shown.map((transition) => item(transition, now))),
        shown.length < all.length ? more : null,
      );
  }
  return { render };
}

/** @param {Transition} transition @param {number} now */
function item({ regionId, label, from, to, at, id }, now) {
  const key = `transition-${regionId}-${at}`;
  const href = `/api/snapshots/${encodeURIComponent(id ?? '')}`;
  return el(
    'li',
    {},
    el(
      'span',
      { class: 'transition-region' },
      id === null ? label : el('a', { href, 'data-key': key }, label),
    ),
    el(
      'span',
      { class: 'transition-regimes' },
      regimeBadge(from),
      el('span', { 'aria-label': 'to', role: 'img' }, '→'),
      regimeBadge(to),
    ),
    el('span', { class: 'quiet' }, timeAndAge(at, now)),
  );
}
