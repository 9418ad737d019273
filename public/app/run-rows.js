import { el, svg } from './dom.js';
import { inputNames } from './feeds.js';
import { formatDuration, listWords, plural } from './format.js';
import { outcomeNotes, repeatedRequests, viewOutcome } from './outcomes.js';
import { bar, plot, ROW_HEIGHT, share } from './run-plot.js';

/**
 * @typedef {import('./runs.js').RunInput} RunInput
 * @typedef {import('./runs.js').RunRegion} RunRegion
 * @typedef {import('./run-detail.js').Layout} Layout
 */

/** In pixels. */
const BAR = { y: 3, height: 14 };
const INPUT_STEP = 5;

/** @param {readonly RunInput[]} inputs @param {Layout} layout */
export function inputsRow(inputs, layout) {
  const height = Math.max(ROW_HEIGHT, inputs.length * INPUT_STEP + 2);
  const bars = layout.inputs.map((place, i) =>
    bar(inputs[i]?.status === 'ok' ? 'bar-input' : 'bar-input failed', place, {
      y: 1 + i * INPUT_STEP,
      height: INPUT_STEP - 1,
    }),
  );
  const failed = inputs.filter(({ status }) => status !== 'ok');
  const events = inputs.reduce((sum, input) => sum + input.events, 0);
  const answered = `${inputs.length - failed.length} of ${plural(inputs.length, 'input')}, ${plural(events, 'event')}`;
  const notes = failed.map(
    ({ input, status, message }) => `${listWords(inputNames([input]))}: ${message ?? status}`,
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
    claim === undefined ? null : bar(kind('claim'), claim, BAR),
    commit === undefined ? null : bar(kind('commit'), commit, BAR),
    ...(claim === undefined || commit === undefined
      ? []
      : barMarks(region, claim.x + claim.width + commit.width)),
  ];
  const id = region.snapshotId ?? region.duplicateOf;
  const name = `${mark} ${word}`;
  const isStored = id !== null && key !== 'failed';
  const outcome = isStored ? snapshotLink(region.regionId, id, name) : name;
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

/**
 * What went wrong, at the end of the region's bars: readable without their colour.
 *
 * @param {RunRegion} region
 * @param {number} end where its bars end, a share of the width
 */
function barMarks(region, end) {
  const { key, mark } = viewOutcome(region.status);
  const marks = [
    ...(key === 'failed' ? [{ kind: 'mark-failed', text: mark }] : []),
    ...(repeatedRequests(region) === null ? [] : [{ kind: 'mark-repeated', text: '↻' }]),
  ];
  return marks.map(({ kind, text }) => svg('text', { class: kind, x: share(end), dx: 5, y: 15 }, text));
}

/** What a sequential writer would have taken. @param {Layout} layout */
export function sequentialRow(layout) {
  const { sequential } = layout;
  if (sequential === null) return null;
  const bars = sequential.bars.map((place) => bar('bar-ghost', place, BAR));
  return row(
    'One after another',
    plot(layout, bars, ROW_HEIGHT),
    `≈ ${formatDuration(sequential.totalMs)}`,
    [],
    'ghost',
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

/** @param {string} regionId @param {string} id @param {string} text */
function snapshotLink(regionId, id, text) {
  return el(
    'a',
    { href: `/api/snapshots/${encodeURIComponent(id)}`, 'data-key': `stored-${regionId}` },
    text,
  );
}
