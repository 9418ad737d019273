import { el, replaceContent, timeAgo } from './dom.js';
import { inputNames } from './feeds.js';
import { formatDuration, formatMinute, listWords, plural } from './format.js';
import { problemNote } from './marks.js';
import { countedOutcomes, repeatedRequests } from './outcomes.js';

/** How many runs are listed before the reader asks for all. */
const FIRST_SHOWN = 6;
/** More inputs than this are counted instead of named. */
const MOST_NAMED = 3;

/**
 * The last runs, or the last pushes, with their counts.
 *
 * @param {HTMLElement} container
 * @param {{ list: 'runs' | 'pushes', one: string, many: string, onSelect: (runId: string) => void }} options `one` and
 *   `many`: what they are called
 */
export function createRunList(container, { list, one, many, onSelect }) {
  let showsAll = false;
  /** @param {import('./page-state.js').PageState} state */
  function render(state) {
    const { data, selectedRun, now } = state;
    const runs = data[list].data ?? [];
    const shown = showsAll ? runs : runs.slice(0, FIRST_SHOWN);
    const items = shown.map((run) => runItem(run, run.runId === selectedRun, now, onSelect));
    const onclick = () => {
      showsAll = true;
      render(state);
      container.querySelectorAll('button')[FIRST_SHOWN]?.focus();
    };
    const more = el(
      'button',
      { type: 'button', class: 'more', 'data-key': 'more', onclick },
      `Show all ${plural(runs.length, one, many)}`,
    );
    if (runs.length === 0) {
      const { problem } = data[list];
      const empty =
        problem === null ? el('p', { class: 'quiet' }, `No ${one} on record yet.`) : problemNote(problem);
      replaceContent(container, empty);
      return;
    }
    replaceContent(
      container,
      el('ol', { class: 'runs' }, ...items),
      shown.length < runs.length ? more : null,
    );
  }
  return { render };
}

/**
 * @param {import('./runs.js').RunView} run
 * @param {boolean} isSelected
 * @param {number} now epoch ms
 * @param {(runId: string) => void} onSelect
 */
function runItem(
  { runId, startedAt, trigger, durationMs, counts, regions, inputs },
  isSelected,
  now,
  onSelect,
) {
  const outcomes = countedOutcomes(counts).map(({ key, mark, text }) =>
    el('span', { class: `outcome outcome-${key}` }, `${mark} ${text}`),
  );
  const silent = inputsText(inputs);
  const repeated = regions.filter((region) => repeatedRequests(region) !== null).length;
  if (repeated > 0) outcomes.push(el('span', { class: 'quiet' }, `↻ ${repeated} with repeats`));
  const button = el(
    'button',
    {
      type: 'button',
      'aria-pressed': String(isSelected),
      'data-key': `run-${runId}`,
      onclick: () => onSelect(runId),
    },
    el(
      'span',
      { class: 'run-when' },
      timeAgo(startedAt, now),
      ' ',
      el('span', { class: 'quiet' }, `${formatMinute(startedAt)} · ${trigger}`),
    ),
    el('span', { class: 'run-duration' }, formatDuration(durationMs)),
    el('span', { class: 'run-counts' }, ...(outcomes.length === 0 ? ['no region'] : outcomes)),
    silent === null ? null : el('span', { class: 'run-inputs' }, silent),
  );
  return el('li', {}, button);
}

/**
 * The inputs that a run lacks: "! USGS failed, GDACS floods incomplete".
 *
 * @param {readonly import('./runs.js').RunInput[]} inputs
 * @returns {string | null} null when all answered fully
 */
export function inputsText(inputs) {
  const parts = /** @type {const} */ (['failed', 'incomplete']).flatMap((status) => {
    const names = inputNames(inputs.filter((one) => one.status === status).map(({ input }) => input));
    if (names.length === 0) return [];
    return [`${names.length > MOST_NAMED ? plural(names.length, 'input') : listWords(names)} ${status}`];
  });
  return parts.length === 0 ? null : `! ${parts.join(', ')}`;
}
