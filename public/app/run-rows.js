import { el, svg } from './dom.js';
import { inputNames } from './feeds.js';
import { formatDuration, listWords, plural } from './format.js';
import { outcomeNotes, viewOutcome } from './outcomes.js';

/**
 * @typedef {import('./runs.js').RunInput} RunInput
 * @typedef {import('./runs.js').RunRegion} RunRegion
 * @typedef {import('./run-detail.js').Layout} Layout
 * @typedef {import('./waterfall.js').Bar} Bar
 */

/** In pixels. */
const ROW_HEIGHT = 20;
const BAR = { y: 3, height: 14 };
const INPUT_STEP = 5;
/** Between the end of the scale and the deadline. */
const BREAK_STROKES = [0.95, 0.956];

/** @param {readonly RunInput[]} inputs @param {Layout} layout */
export function inputsRow(inputs, layout) {
  const height = Math.max(ROW_HEIGHT, inputs.length * INPUT_STEP + 2);
  const bars = layout.inputs.map((bar, i) =>
    rect(inputs[i]?.failed ? 'bar-input failed' : 'bar-input', bar, {
      y: 1 + i * INPUT_STEP,
      height: INPUT_STEP - 1,
    }),
  );
  const failed = inputs.filter((input) => input.failed);
  const events = inputs.reduce((sum, input) => sum + input.events, 0);
  const answered = `${inputs.length - failed.length} of ${plural(inputs.length, 'input')}, ${plural(events, 'event')}`;
  const notes = failed.map(
    ({ input, message }) => `${listWords(inputNames([input]))}: ${message ?? 'failed'}`,
  );
  return row('Feeds', plot(layout, bars, height), answered, notes);
}

/** @param {RunRegion} region @param {string} label @param {Layout} layout @param {number} index */
export function regionRow(region, label, layout, index) {
  const { claim, commit } = layout.regions[index] ?? {};
  const { key, mark, word } = viewOutcome(region.status);
  const kind = (/** @type {string} */ phase) =>
    `bar-${phase}${key === 'failed' && region.phase === phase ? ' failed' : ''}`;
  const bars = [
    claim === undefined ? null : rect(kind('claim'), claim, BAR),
    commit === undefined ? null : rect(kind('commit'), commit, BAR),
  ];
  const id = region.snapshotId ?? region.duplicateOf;
  const name = `${mark} ${word}`;
  const isStored = id !== null && key !== 'failed';
  const outcome = isStored ? el('a', { href: `/api/snapshots/${encodeURIComponent(id)}` }, name) : name;
  const times = [region.claimMs, region.commitMs]
    .filter((ms) => ms > 0)
    .map(formatDuration)
    .join(' + ');
  return row(
    label,
    plot(layout, bars, ROW_HEIGHT),
    el(
      'span',
      {},
      el('span', { class: `outcome outcome-${key}` }, outcome),
      el('span', { class: 'quiet' }, ` ${times}`),
    ),
    outcomeNotes(region),
  );
}

/** What a sequential writer would have taken. @param {Layout} layout */
export function sequentialRow(layout) {
  const { sequential } = layout;
  if (sequential === null) return null;
  const bars = sequential.bars.map((bar) => rect('bar-ghost', bar, BAR));
  return row(
    'One after another',
    plot(layout, bars, ROW_HEIGHT),
    `≈ ${formatDuration(sequential.totalMs)}`,
    [],
    'ghost',
  );
}

/** @param {Layout} layout */
export function axisRow(layout) {
  const { deadline } = layout;
  const texts = layout.ticks.map(({ x, text }) =>
    svg('text', { x: share(x), y: 12, 'text-anchor': x === 0 ? 'start' : 'middle' }, text),
  );
  const end =
    deadline === null
      ? null
      : svg(
          'text',
          { class: 'deadline-text', x: '100%', y: 26, 'text-anchor': 'end' },
          `deadline ${formatDuration(deadline.ms)}`,
        );
  return el(
    'li',
    { class: 'axis-row', 'aria-hidden': 'true' },
    svg('svg', { class: 'plot-row', height: 30 }, ...texts, end),
  );
}

/**
 * @param {string} label
 * @param {SVGElement} drawing
 * @param {import('./dom.js').Child} outcome
 * @param {readonly string[]} notes
 * @param {string} [kind]
 */
function row(label, drawing, outcome, notes, kind = '') {
  return el(
    'li',
    { class: kind === '' ? null : kind },
    el('span', { class: 'row-label' }, label),
    drawing,
    el('span', { class: 'row-outcome' }, outcome),
    notes.length === 0 ? null : el('span', { class: 'row-notes' }, notes.join(' · ')),
  );
}

/** @param {Layout} layout @param {readonly (SVGElement | null)[]} bars @param {number} height in pixels */
function plot(layout, bars, height) {
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

/** Two strokes across, where the axis leaves out the time until the deadline. @param {number} height in pixels */
function axisBreak(height) {
  return BREAK_STROKES.map((x) =>
    svg('line', { class: 'break', x1: share(x), x2: share(x), y1: 3, y2: height - 3 }),
  );
}

/** @param {string} kind @param {Bar} bar @param {{ y: number, height: number }} place in pixels */
function rect(kind, { x, width }, place) {
  if (width <= 0) return null;
  return svg('rect', { class: kind, x: share(x), width: share(width), ...place });
}

/** @param {number} part 0 to 1 */
function share(part) {
  return `${Math.round(part * 10_000) / 100}%`;
}
