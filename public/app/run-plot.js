import { el, svg } from './dom.js';
import { formatDuration } from './format.js';

/**
 * @typedef {import('./run-detail.js').Layout} Layout
 * @typedef {import('./waterfall.js').Bar} Bar
 */

/** In pixels. */
export const ROW_HEIGHT = 20;
/** Between the end of the scale and the deadline. */
const BREAK_STROKES = [0.95, 0.956];

/**
 * A row's part of the drawing: its bars before the grid, with the deadline across.
 *
 * @param {Layout} layout
 * @param {readonly (SVGElement | null)[]} bars
 * @param {number} height in pixels
 */
export function plot(layout, bars, height) {
  const { deadline, ticks } = layout;
  const line = (/** @type {string} */ kind, /** @type {number} */ x) =>
    svg('line', { class: kind, x1: share(x), x2: share(x), y2: height });
  return svg(
    'svg',
    { class: 'plot-row', height, 'aria-hidden': 'true' },
    ...ticks.map(({ x }) => line('grid', x)),
    ...bars,
    ...(deadline === null ? [] : [line('deadline', deadline.x)]),
    ...(deadline === null || deadline.toScale ? [] : axisBreak(height)),
  );
}

/** Beside its line, on the side that has room. @param {NonNullable<Layout['deadline']>} deadline */
function deadlineText({ x, ms }) {
  const side = x < 0.5 ? { dx: -1, 'text-anchor': 'start' } : { dx: 5, 'text-anchor': 'end' };
  return svg(
    'text',
    { class: 'deadline-text', x: share(x), y: 28, ...side },
    `deadline ${formatDuration(ms)}`,
  );
}

/** Two strokes across, where the axis leaves out the time until the deadline. @param {number} height in pixels */
function axisBreak(height) {
  return BREAK_STROKES.map((x) =>
    svg('line', { class: 'break', x1: share(x), x2: share(x), y1: 3, y2: height - 3 }),
  );
}

/** The times below the rows, and when the deadline is. @param {Layout} layout */
export function axisRow(layout) {
  const { deadline } = layout;
  const texts = layout.ticks.map(({ x, text }) =>
    svg('text', { x: share(x), y: 12, 'text-anchor': x === 0 ? 'start' : 'middle' }, text),
  );
  const end = deadline === null ? null : deadlineText(deadline);
  return el(
    'li',
    { class: 'axis-row', 'aria-hidden': 'true' },
    svg('svg', { class: 'plot-row', height: 32 }, ...texts, end),
  );
}

/** @param {string} kind @param {Bar} span @param {{ y: number, height: number }} place in pixels */
export function bar(kind, { x, width }, place) {
  if (width <= 0) return null;
  return svg('rect', { class: kind, x: share(x), width: share(width), ...place });
}

/** A share of the width, as SVG writes it. @param {number} part 0 to 1 */
export function share(part) {
  return `${Math.round(part * 10_000) / 100}%`;
}
