import { el, replaceContent, svg } from './dom.js';
import { formatDay, formatMinute, listWords, plural } from './format.js';
import { share } from './run-plot.js';
import { scrub } from './scrub.js';
import { countSlots, SLOT_MS, slotStates } from './slots.js';
import { settledRuns } from './standing.js';
import { regionIdsOf } from './troubles.js';

/**
 * @typedef {import('./slots.js').SlotView} SlotView
 * @typedef {import('./slots.js').SlotState} SlotState
 */

/** In pixels. */
const HEIGHT = 40;
/** How many slots wide the name of a day is on a phone. */
const LABEL_SLOTS = 3;
/** The share of its place that a bar fills. */
const FILLED = 0.72;

/** In words, and how far from the top each bar begins: slots stored late begin lower. */
const STATES = /** @type {const} */ ({
  stored: { word: 'stored', top: 0 },
  'caught-up': { word: 'caught up', top: 14 },
  failed: { word: 'failed', top: 0 },
  missed: { word: 'missed', top: 0 },
  pending: { word: 'not run yet', top: 34 },
  unrecorded: { word: 'no record', top: 36 },
});
const COUNTED = /** @type {const} */ (['stored', 'caught-up', 'failed', 'missed']);
const MOST_NAMED = 3;

/**
 * The slots of the last seven days as bars.
 *
 * @param {HTMLElement} container
 * @param {import('./tooltip.js').Tooltip} tooltip
 */
export function createTimeline(container, tooltip) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      const runs = settledRuns(data);
      const slots = slotStates(runs, regionIdsOf(data), now);
      const content =
        runs.length === 0 ? [] : [plotOf(slots), axis(slots), summary(slots), exceptions(slots)];
      replaceContent(container, ...content);
    },
  };

  /** @param {readonly SlotView[]} slots oldest first */
  function plotOf(slots) {
    const bars = slots.map(({ state }, i) => slotBar(state, i / slots.length, 1 / slots.length));
    const drawing = svg('svg', { height: HEIGHT, 'aria-hidden': 'true' }, ...bars);
    const plot = el('div', { class: 'slots', 'data-key': 'slots' }, drawing);
    scrub(plot, {
      label: 'Slots of the last 7 days',
      count: slots.length,
      textOf: (i) => slotLines(slots[i]).join(': '),
      indexAt: (part) => Math.floor(part * slots.length),
      onMove(i) {
        const bar = bars[i];
        if (bar === undefined) tooltip.hide();
        else tooltip.show(bar, slotLines(slots[i]));
      },
    });
    return plot;
  }
}

/**
 * A slot in words: when it began, and what became of it.
 *
 * @param {SlotView | undefined} slot
 * @returns {string[]}
 */
export function slotLines(slot) {
  if (slot === undefined) return [];
  const { state, start, regionIds } = slot;
  const names = regionIds.length > MOST_NAMED ? plural(regionIds.length, 'region') : listWords(regionIds);
  const who = ['caught-up', 'failed'].includes(state) ? ` (${names})` : '';
  return [formatMinute(start), `${STATES[state].word}${who}`];
}

/**
 * @param {SlotState} state
 * @param {number} from where its place begins, a share of the width
 * @param {number} width of its place
 */
function slotBar(state, from, width) {
  const { top } = STATES[state];
  const x = share(from + (width * (1 - FILLED)) / 2);
  const bar = svg('rect', { x, y: top, width: share(width * FILLED), height: HEIGHT - top });
  const cross = svg('text', { x: share(from + width / 2), y: HEIGHT / 2 }, '✕');
  return svg('g', { class: `slot slot-${state}` }, bar, state === 'failed' ? cross : null);
}

/** The days below the bars, each where it begins. @param {readonly SlotView[]} slots */
function axis(slots) {
  const texts = slots.flatMap(({ start }, i) => {
    const isMidnight = start % (4 * SLOT_MS) === 0;
    // The last ones have no room to their right.
    if (!isMidnight || i > slots.length - LABEL_SLOTS) return [];
    return [svg('text', { x: share(i / slots.length), y: 12 }, formatDay(start))];
  });
  return svg('svg', { class: 'slots-axis', height: 16, 'aria-hidden': 'true' }, ...texts);
}

/** @param {readonly SlotView[]} slots */
function summary(slots) {
  const parts = COUNTED.map((state) => ({ state, count: countSlots(slots, state) }));
  return el(
    'p',
    { class: 'slots-summary quiet' },
    'Slots of the last 7 days: ',
    ...parts.map(({ state, count }) =>
      el('span', {}, swatch(state), ` ${count} ${state === 'caught-up' ? 'caught up' : state}`),
    ),
  );
}

/** @param {SlotState} state */
function swatch(state) {
  const box = { class: 'slot-swatch', viewBox: `0 0 30 ${HEIGHT}`, 'aria-hidden': 'true' };
  return svg('svg', box, slotBar(state, 0, 1));
}

/** What did not go as it should, newest first. @param {readonly SlotView[]} slots */
function exceptions(slots) {
  const unusual = slots.filter(({ state }) => ['caught-up', 'failed', 'missed'].includes(state)).toReversed();
  if (unusual.length === 0) return null;
  return el('ul', { class: 'unseen' }, ...unusual.map((slot) => el('li', {}, slotLines(slot).join(': '))));
}
