import { median, spread } from '../measure/statistics.js';
import type { ImportTime, Target, Work } from '../results.js';
import { renderTable } from './table.js';

export function renderTargets(targets: readonly Target[]): string {
  return renderTable<Target>(
    [
      { title: 'target', width: 50, text: ({ text }) => text },
      { title: '', width: 10, text: ({ kind }) => kind },
      { title: 'limit', width: 8, text: ({ limit }) => String(limit) },
      { title: 'measured', width: 10, text: ({ value }) => String(Number(value.toFixed(2))) },
      { title: '', width: 8, text: ({ met }) => (met ? 'met' : 'MISSED') },
    ],
    targets,
    () => undefined,
  );
}

export function renderWork(work: Work): string {
  const lines: readonly (readonly [string, number])[] = [
    ['a snapshot of 20 KB, made ready for the store', work.snapshotMs],
    ...Object.entries(work.partsMs).map(([part, ms]) => [`  ${part}`, ms] as const),
    ['the same, written once and hashed once', work.bareSnapshotMs],
    ['a push of 100 snapshots and 4.4 MB, stored', work.largestPushMs],
    ['a push of 600,000 fields, refused', work.manyKeysMs],
  ];
  const table = renderTable(
    [
      { title: '', width: 50, text: ([name]) => name },
      { title: 'CPU ms', width: 10, text: ([, ms]) => ms.toFixed(3) },
    ],
    lines,
    () => undefined,
  );
  return `The least of several rounds\n${table}`;
}

export function renderImports(imports: readonly ImportTime[]): string {
  const table = renderTable<ImportTime>(
    [
      { title: '', width: 30, text: ({ module }) => module },
      { title: 'import ms', width: 11, text: ({ ms }) => median(ms).toFixed(1) },
      { title: '±', width: 8, text: ({ ms }) => spread(ms).toFixed(1) },
      { title: 'runs', width: 6, text: ({ ms }) => String(ms.length) },
    ],
    imports,
    () => undefined,
  );
  return `Loading in a fresh process\n${table}`;
}
