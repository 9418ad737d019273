import { median, spread } from '../measure/statistics.js';
import type { Row, Run, Scene } from '../results.js';
import { type Column, renderTable } from './table.js';

/** What the columns say. */
export const LEGEND = [
  'All figures are medians; ± is half the distance between the quartiles. conns: connections opened in the run; late:',
  'those of them after all claims had arrived. KB: request bodies. CPU and MB: the client’s process alone; MB is the',
  'most heap and buffers above the level before, in a fresh process all its memory. others: when the last region but',
  'the disturbed one was done.',
].join('\n');

/** The medians of one scene as a table of at most 100 columns. */
export function renderScene(scene: Scene): string {
  const ours = scene.rows.find(
    ({ name, runs }) => /^our(s$| )|^the cron function$/.test(name) && runs.length > 0,
  );
  const table = renderTable(columnsOf(scene, ours), scene.rows, ({ runs, notRun }) =>
    runs.length === 0 ? (notRun ?? 'not run') : undefined,
  );
  return [scene.title, table, ...falseWords(scene)].join('\n');
}

function columnsOf(scene: Scene, ours: Row | undefined): Column<Row>[] {
  const isDisturbed = scene.name === 'slow-region' || scene.name === 'failing-region';
  return [
    { title: '', width: 19, text: ({ name }) => name },
    figure('wall ms', 9, ({ wallMs }) => wallMs, 1),
    { title: '±', width: 7, text: ({ runs }) => spread(runs.map(({ wallMs }) => wallMs)).toFixed(1) },
    { title: '× ours', width: 7, text: (row) => ratio(row, ours) },
    ...(isDisturbed ? [figure('others', 9, ({ othersMs }) => othersMs, 1)] : []),
    figure('reqs', 7, ({ traffic }) => traffic.requests),
    figure('conns', 7, ({ traffic }) => traffic.connections),
    ...(scene.isCold ? [figure('late', 5, ({ traffic }) => traffic.lateConnections)] : []),
    figure('cmds', 8, ({ traffic }) => traffic.commands),
    figure('KB', 8, ({ traffic }) => traffic.bytes / 1_000),
    figure('CPU ms', 8, ({ cpuMs }) => cpuMs),
    figure('MB', 6, ({ peakBytes }) => peakBytes / 1e6),
    ...(scene.isCold ? [figure('import', 7, ({ importMs }) => importMs ?? 0)] : []),
    { title: 'stored', width: scene.isCold ? 7 : 11, text: (row) => storedOf(row, scene) },
  ];
}

function figure(title: string, width: number, of: (run: Run) => number, digits = 0): Column<Row> {
  return { title, width, text: ({ runs }) => withCommas(median(runs.map(of)), digits) };
}

function withCommas(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(row: Row, ours: Row | undefined): string {
  if (ours === undefined) return '';
  const wall = ({ runs }: Row) => median(runs.map(({ wallMs }) => wallMs));
  return (wall(row) / wall(ours)).toFixed(2);
}

/** The fewest of any run, so that one run that lost something shows. */
function storedOf({ role, runs }: Row, { name, snapshots }: Scene): string {
  if (role === 'floor') return '';
  if (name === 'duplicates') return `${Math.min(...runs.map(({ told }) => told.duplicate))} dup`;
  return `${Math.min(...runs.map(({ stored }) => stored))}/${snapshots}`;
}

function falseWords({ rows }: Scene): string[] {
  return rows.flatMap(({ name, role, runs }) => {
    const lies = runs.filter(({ told, stored }) => told.persisted !== stored).length;
    return role === 'floor' || lies === 0
      ? []
      : [`  ! ${name}: in ${lies} of ${runs.length} runs what it said was stored is not what was`];
  });
}
