import { el, replaceContent, svg } from './dom.js';
import { formatDay, formatExact, formatScore, plural } from './format.js';
import { glyph, problemNote } from './marks.js';
import { THRESHOLDS, viewRegime } from './regimes.js';
import { linear } from './scale.js';
import { scrub } from './scrub.js';
import { highestScore, pointAt, TREND_MS, trendLine, trendSteps } from './trend.js';

/**
 * @typedef {import('./heads.js').HeadView} HeadView
 * @typedef {import('./loader.js').RegionData} RegionData
 * @typedef {import('./trend.js').TrendPoint} TrendPoint
 */

/** The chart's own units; it is stretched to the width that there is. */
const WIDTH = 300;
const HEIGHT = 60;

/**
 * The pressure of each region over time, on the same axes.
 *
 * @param {HTMLElement} container
 * @param {import('./tooltip.js').Tooltip} tooltip
 */
export function createTrends(container, tooltip) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      const charts = (data.heads.data ?? []).map((entry) =>
        chartOf(entry, data.regions.get(entry.regionId), now),
      );
      replaceContent(container, ...charts);
    },
  };

  /** @param {HeadView} entry @param {RegionData | undefined} region @param {number} now */
  function chartOf({ regionId, label }, region, now) {
    const { data = null, problem = null } = region?.trend ?? {};
    const points = (data?.points ?? []).filter(({ at }) => at >= now - TREND_MS && at <= now);
    const content =
      problem === null
        ? points.length === 0
          ? [empty()]
          : chart(regionId, label, points, now)
        : [problemNote(problem)];
    const cut =
      data?.complete === false
        ? el('p', { class: 'quiet' }, 'More than fits: the oldest are left out.')
        : null;
    const latest = points.at(-1);
    const value =
      latest === undefined
        ? null
        : el('span', {}, glyph(viewRegime(latest.label).key), formatScore(latest.score));
    const heading = el('div', { class: 'trend-heading' }, el('h3', {}, label), value);
    return el('li', { class: 'trend', 'data-region': regionId }, heading, ...content, cut);
  }

  /** @param {string} regionId @param {string} label @param {readonly TrendPoint[]} points @param {number} now */
  function chart(regionId, label, points, now) {
    const from = now - TREND_MS;
    const x = linear([from, now], [0, WIDTH]);
    const cursor = svg('line', { class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden' });
    const plot = el(
      'div',
      { class: 'plot', 'data-key': `trend-${regionId}` },
      drawing(points, now, x, cursor),
    );
    scrub(plot, {
      label: `${label}: pressure over the last 30 days`,
      count: points.length,
      textOf: (i) => pointLines(points[i]).join(', '),
      indexAt: (share) => pointAt(points, from + share * TREND_MS),
      onMove(i) {
        const point = points[i];
        cursor.setAttribute('visibility', point === undefined ? 'hidden' : 'visible');
        if (point === undefined) return tooltip.hide();
        for (const end of ['x1', 'x2']) cursor.setAttribute(end, String(x(point.at)));
        tooltip.show(cursor, pointLines(point));
      },
    });
    const facts = `${plural(points.length, 'snapshot')}, highest ${formatScore(highestScore(points))}`;
    const axis = el(
      'p',
      { class: 'axis' },
      el('span', {}, formatDay(from)),
      el('span', {}, facts),
      el('span', {}, 'now'),
    );
    return [plot, axis];
  }
}

/**
 * @param {readonly TrendPoint[]} points
 * @param {number} now
 * @param {(time: number) => number} x
 * @param {SVGElement} cursor
 */
function drawing(points, now, x, cursor) {
  const y = linear([0, 1], [HEIGHT - 1, 3]);
  const steps = trendSteps(points, now);
  const areas = steps.map(({ from, to, score, regime }) =>
    svg('rect', {
      class: `fill-${regime}`,
      x: x(from),
      y: y(score),
      width: x(to) - x(from),
      height: HEIGHT - y(score),
    }),
  );
  const grid = THRESHOLDS.map((threshold) =>
    svg('line', { class: 'grid', x2: WIDTH, y1: y(threshold), y2: y(threshold) }),
  );
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...areas,
    ...grid,
    svg('line', { class: 'base', x2: WIDTH, y1: HEIGHT, y2: HEIGHT }),
    svg('path', { class: 'trend-line', d: trendLine(steps, x, y) }),
    latestDot(points.at(-1), x, y),
    cursor,
  );
}

/**
 * Where the chart ends. A stroke of no length, because a circle would be stretched with the chart.
 *
 * @param {TrendPoint | undefined} point
 * @param {(time: number) => number} x
 * @param {(score: number) => number} y
 */
function latestDot(point, x, y) {
  if (point === undefined || point.score === null) return null;
  const d = `M${x(point.at)} ${y(point.score)}h0`;
  const { key } = viewRegime(point.label);
  return svg('g', {}, svg('path', { class: 'dot-rim', d }), svg('path', { class: `dot stroke-${key}`, d }));
}

/** @param {TrendPoint | undefined} point @returns {string[]} */
function pointLines(point) {
  if (point === undefined) return [];
  return [`Pressure ${formatScore(point.score)}`, viewRegime(point.label).word, formatExact(point.at)];
}

function empty() {
  return el('p', { class: 'quiet' }, 'No snapshot in these 30 days.');
}
