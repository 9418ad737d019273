import { el, replaceContent } from './dom.js';
import { formatDuration, formatExact, plural } from './format.js';
import { axisRow } from './run-plot.js';
import { inputsRow, regionRow, sequentialRow } from './run-rows.js';
import { layOutRun } from './waterfall.js';

/**
 * @typedef {import('./runs.js').RunView} RunView
 * @typedef {ReturnType<typeof layOutRun>} Layout
 */

/**
 * The chosen run as a waterfall.
 *
 * @param {HTMLElement} container
 */
export function createRunDetail(container) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, selectedRun }) {
      const run = [...(data.runs.data ?? []), ...(data.pushes.data ?? [])].find(
        ({ runId }) => runId === selectedRun,
      );
      const labels = new Map((data.heads.data ?? []).map(({ regionId, label }) => [regionId, label]));
      replaceContent(container, ...(run === undefined ? [] : detail(run, labels)));
    },
  };
}

/** @param {RunView} run @param {ReadonlyMap<string, string>} labels region labels by id */
function detail(run, labels) {
  const layout = layOutRun(run);
  const rows = [
    run.inputs.length === 0 ? null : inputsRow(run.inputs, layout),
    ...run.regions.map((region, i) =>
      regionRow(region, labels.get(region.regionId) ?? region.regionId, layout, i),
    ),
    sequentialRow(layout),
    axisRow(layout),
  ];
  return [summary(run), legend(), el('ol', { class: 'waterfall' }, ...rows), ...explanation(layout)];
}

/** @param {RunView} run */
function summary({ startedAt, trigger, environment, durationMs, budgetMs, requests, commands, runId }) {
  const facts = [
    formatExact(startedAt),
    [trigger, environment].filter((word) => word !== null).join(', '),
    formatDuration(durationMs) + (budgetMs === null ? '' : ` of a budget of ${formatDuration(budgetMs)}`),
    requests === null || commands === null
      ? ''
      : `${plural(requests, 'Redis request')} with ${plural(commands, 'command')}`,
    `run ${runId.slice(0, 8)}`,
  ];
  return el('p', { class: 'run-summary quiet' }, facts.filter((fact) => fact !== '').join(' · '));
}

function legend() {
  const entry = (/** @type {string} */ kind, /** @type {string} */ text) =>
    el('span', {}, el('i', { class: `swatch swatch-${kind}` }), text);
  return el(
    'p',
    { class: 'legend', 'aria-hidden': 'true' },
    entry('input', 'feed'),
    entry('claim', 'claim'),
    entry('commit', 'commit'),
    entry('ghost', 'one after another'),
    entry('deadline', 'deadline'),
    el('span', {}, '↻ requests repeated'),
    el('span', {}, '✕ failed'),
  );
}

/** How to read what is not measured, or not to scale. @param {Layout} layout */
function explanation({ sequential, deadline }) {
  const ghost =
    sequential &&
    `One after another, this run's own claim and commit times add up to ${formatDuration(sequential.totalMs)} of writing, ` +
      `against ${formatDuration(sequential.parallelMs)} in parallel. This is an estimate: a request sent alone may be faster than one sent with others.`;
  const broken =
    deadline === null || deadline.toScale
      ? null
      : `The axis is broken before the deadline, which is ${formatDuration(deadline.ms)} after the start.`;
  return [ghost, broken].flatMap((text) => (text === null ? [] : [el('p', { class: 'quiet' }, text)]));
}
