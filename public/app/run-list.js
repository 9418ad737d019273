import { el, replaceContent, timeAgo } from './dom.js';
import { formatDuration, formatMinute, plural } from './format.js';
import { problemNote } from './marks.js';
import { OUTCOMES, repeatedRequests } from './outcomes.js';

/** How many runs are listed before the reader asks for all. */
const FIRST_SHOWN = 6;

/**
 * The last runs with their counts.
 *
 * @param {HTMLElement} container
 * @param {(runId: string) => void} onSelect
 */
export function createRunList(container, onSelect) {
  let showsAll = false;
  /** @param {import('./page-state.js').PageState} state */
  function render(state) {
    const { data, selectedRun, now } = state;
    const runs = data.runs.data ?? [];
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
      `Show all ${plural(runs.length, 'run')}`,
    );
    if (runs.length === 0) {
      const { problem } = data.runs;
      const empty =
        problem === null ? el('p', { class: 'quiet' }, 'No run on record yet.') : problemNote(problem);
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
function runItem({ runId, startedAt, trigger, durationMs, counts, regions }, isSelected, now, onSelect) {
  const outcomes = OUTCOMES.filter(({ key }) => counts[key] > 0).map(({ key, word, mark }) =>
    el('span', { class: `outcome outcome-${key}` }, `${mark} ${counts[key]} ${word}`),
  );
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
  );
  return el('li', {}, button);
}
