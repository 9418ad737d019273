import { el, replaceContent, svg } from './dom.js';
import { formatDay, formatMinute, listWords, plural } from './format.js';
import { scrub } from './scrub.js';
import { countSlots, SLOT_MS, slotStates } from './slots.js';
import { regionIdsOf } from './troubles.js';

/**
 * @typedef {import('./slots.js').SlotView} SlotView
 * @typedef {import('./slots.js').SlotState} SlotState
 */

/** In units of the drawing, which is as wide as there is room. */
const STEP = 10;
const BAR = 7;
const HEIGHT = 40;

/** In words, and where the bar of each begins: what was stored late stands lower, and what was missed is a stump. */
const STATES = /** @type {const} */ ({
  stored: { word: 'stored', top: 0 },
  'caught-up': { word: 'caught up an hour later', top: 14 },
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
      const slots = slotStates(data.runs.data ?? [], regionIdsOf(data), now);
      const content =
        data.runs.data === null ? [] : [plotOf(slots), axis(slots), summary(slots), exceptions(slots)];
      replaceContent(container, ...content);
    },
  };

  /** @param {readonly SlotView[]} slots oldest first */
  function plotOf(slots) {
    const bars = slots.map(slotBar);
    const drawing = svg(
      'svg',
      { viewBox: `0 0 ${slots.length * STEP} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      ...bars,
    );
    const plot = el('div', { class: 'slots', 'data-key': 'slots' }, drawing);
    scrub(plot, {
      label: 'Slots of the last 7 days',
      count: slots.length,
      textOf: (i) => slotLines(slots[i]).join(': '),
      indexAt: (share) => Math.floor(share * slots.length),
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

/** @param {SlotView} slot @param {number} i */
function slotBar({ state }, i) {
  const { top } = STATES[state];
  const x = i * STEP + (STEP - BAR) / 2;
  const cross = `M${x + 1.5} 15l4 10m0-10l-4 10`;
  return svg(
    'g',
    { class: `slot slot-${state}` },
    svg('rect', { x, y: top, width: BAR, height: HEIGHT - top }),
    state === 'failed' ? svg('path', { class: 'slot-cross', d: cross }) : null,
  );
}

/** The days below the bars, where each begins. @param {readonly SlotView[]} slots */
function axis(slots) {
  const texts = slots.flatMap(({ start }, i) => {
    const isMidnight = start % (4 * SLOT_MS) === 0;
    const x = `${(i / slots.length) * 100}%`;
    return isMidnight ? [svg('text', { x, y: 12 }, formatDay(start))] : [];
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
  const drawing = slotBar({ state, start: 0, regionIds: [] }, 0);
  return svg(
    'svg',
    {
      class: 'slot-swatch',
      viewBox: `0 0 ${STEP} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    drawing,
  );
}

/** What did not go as it should, newest first. @param {readonly SlotView[]} slots */
function exceptions(slots) {
  const unusual = slots.filter(({ state }) => ['caught-up', 'failed', 'missed'].includes(state)).toReversed();
  if (unusual.length === 0) return null;
  return el('ul', { class: 'unseen' }, ...unusual.map((slot) => el('li', {}, slotLines(slot).join(': '))));
}
