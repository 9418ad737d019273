import { median, spread } from '../measure/statistics.js';
import type { ImportTime, Target } from '../results.js';
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
