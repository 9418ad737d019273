import { el, replaceContent } from './dom.js';
import { eventItem, provenance } from './evidence-parts.js';
import { plural } from './format.js';
import { problemNote } from './marks.js';

/**
 * @typedef {import('./page-state.js').PageState} PageState
 * @typedef {import('./loader.js').RegionData} RegionData
 */

/** How many events are shown before the reader asks for all. */
const FIRST_SHOWN = 7;

/**
 * What the chosen region's assessment rests on.
 *
 * @param {{ name: HTMLElement, content: HTMLElement }} elements
 */
export function createEvidence({ name, content }) {
  /** The region of which all events are shown. @type {string | null} */
  let expanded = null;
  /** @type {PageState | null} */
  let state = null;

  function draw() {
    if (state === null) return;
    const { data, selectedRegion, now } = state;
    const entry = (data.heads.data ?? []).find(({ regionId }) => regionId === selectedRegion);
    const region = selectedRegion === null ? undefined : data.regions.get(selectedRegion);
    name.textContent = entry?.label ?? '';
    const about = entry?.note ?? null;
    replaceContent(
      content,
      about === null ? null : el('p', { class: 'region-note quiet' }, about),
      ...regionContent(region, now),
    );
  }

  /** @param {RegionData | undefined} region @param {number} now */
  function regionContent(region, now) {
    const { data = null, problem = null } = region?.snapshot ?? {};
    if (data === null)
      return [problem === null ? note('Nothing is stored for this region yet.') : problemNote(problem)];
    return [provenance(data, now), ...eventList(data, now)];
  }

  /** @param {import('./snapshot-view.js').SnapshotView} snapshot @param {number} now */
  function eventList({ evidence: events, missingInputs, score }, now) {
    if (events === null) return [note('This page cannot read the evidence of this snapshot.')];
    if (events.length === 0 && score === null && missingInputs.length > 0)
      return [note('No events were reported, but not every input answered in full.')];
    if (events.length === 0) return [note('No current events.')];
    const isWhole = events.length <= FIRST_SHOWN + 1 || expanded === state?.selectedRegion;
    const shown = isWhole ? events : events.slice(0, FIRST_SHOWN);
    const list = el('ol', { class: 'events' }, ...shown.map((event) => eventItem(event, now)));
    return isWhole ? [list] : [list, showAll(events.length)];
  }

  /** @param {number} count */
  function showAll(count) {
    const onclick = () => {
      expand();
      focusItem((_item, i) => i === FIRST_SHOWN);
    };
    return el(
      'button',
      { type: 'button', class: 'more', 'data-key': 'more', onclick },
      `Show all ${plural(count, 'event')}`,
    );
  }

  function expand() {
    expanded = state?.selectedRegion ?? null;
    draw();
  }

  /** @param {(item: HTMLElement, index: number) => boolean} isIt */
  function focusItem(isIt) {
    [...content.querySelectorAll('li')].find(isIt)?.focus();
  }

  return {
    /** @param {PageState} next */
    render(next) {
      state = next;
      draw();
    },
    /** Goes to an event of the region that is shown. @param {string | null} id */
    reveal(id) {
      expand();
      focusItem((item) => item.getAttribute('data-event') === id);
    },
  };
}

/** @param {string} text */
function note(text) {
  return el('p', { class: 'quiet' }, text);
}
