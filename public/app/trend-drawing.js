import { svg } from './dom.js';
import { THRESHOLDS, viewRegime } from './regimes.js';
import { linear } from './scale.js';
import { TREND_MS, trendGaps, trendLine, trendSteps } from './trend.js';

/** @typedef {import('./trend.js').TrendPoint} TrendPoint */

/** The chart's own units; it is stretched to the width that there is. */
export const WIDTH = 300;
export const HEIGHT = 60;

/**
 * The chart of a region: what the pressure was in the colour of its regime, and bands where nothing is known.
 *
 * @param {readonly TrendPoint[]} points oldest first
 * @param {number} now
 * @param {(time: number) => number} x
 * @param {SVGElement} cursor
 * @param {number | null} held since when the data is held from an earlier answer; null when it is not
 */
export function trendDrawing(points, now, x, cursor, held) {
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
  const gaps = trendGaps(steps, now - TREND_MS, now).map(({ from, to }) =>
    svg('rect', { class: 'gap', x: x(from), width: x(to) - x(from), height: HEIGHT }),
  );
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...gaps,
    ...areas,
    heldBand(held, now, x),
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

/** @param {number | null} since @param {number} now @param {(time: number) => number} x */
function heldBand(since, now, x) {
  if (since === null) return null;
  const from = x(Math.max(since, now - TREND_MS));
  return svg('rect', {
    class: 'held',
    x: from,
    width: Math.max(0, WIDTH - from),
    height: HEIGHT,
    fill: 'url(#held)',
  });
}
