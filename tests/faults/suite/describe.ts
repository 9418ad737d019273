import type { FaultRule } from '../../../local/upstash/fault-rules.js';
import type { Examination } from './examine.js';
import type { PlayedRun } from './history.js';
import type { Act, Limits, Parcel, Schedule } from './schedule.js';
import { listCounts } from './tally.js';

/** A schedule in words, a line for each thing in it. */
export function describeSchedule({ rules, rounds, parcels, jitterSeed, victim, brief }: Schedule): string[] {
  return [
    ...rounds.flatMap((round, r) => [`round ${r + 1}`, ...round.map((act) => `  ${describeAct(act)}`)]),
    ...parcels.map((parcel, p) => `parcel ${p}: ${describeParcel(parcel)}`),
    rules.length === 0
      ? 'no faults'
      : `faults${victim === null ? '' : `, all of ${victim}`}${brief ? ', all brief' : ''}`,
    ...rules.map((rule) => `  ${describeRule(rule)}`),
    `jitter seed ${jitterSeed}`,
  ];
}

/** A schedule and what came of it. */
export function describePlayed(schedule: Schedule, { pace, history, healing }: Examination): string[] {
  return [
    ...describeSchedule(schedule),
    `played at pace ${pace.toFixed(1)}: all times are that much longer`,
    ...[...history.runs, healing].map(describeRun),
    `injected: ${history.injected.map(({ kind, request }) => `${kind} (request ${request})`).join(', ')}`,
    `executed late: ${listCounts(countAll(history.witness.late))}`,
  ];
}

function describeAct(act: Act): string {
  const at = `at ${act.atMs} ms`;
  switch (act.act) {
    case 'run':
      return `${at} run over ${act.regionIds.join(', ')} with content ${act.content}, ${describeLimits(act)}`;
    case 'push':
      return `${at} push of parcel ${act.parcel}, ${describeLimits(act)}`;
    case 'step':
      return `${at} the wall clock steps by ${act.byMs} ms`;
    case 'expire':
      return `${at} all claims expire`;
  }
}

function describeLimits({ limits, skewMs }: { readonly limits: Limits; readonly skewMs: number }): string {
  const clock = skewMs === 0 ? '' : `, its clock ${skewMs} ms ahead`;
  return `budget ${limits.budgetMs} ms, ${limits.requestTimeoutMs} ms a request${clock}`;
}

function describeParcel(parcel: Parcel): string {
  return parcel
    .map(
      ({ regionId, content, ageMs, named }) =>
        `${regionId} content ${content}, ${ageMs} ms old${named ? ', with an id of its own' : ''}`,
    )
    .join('; ');
}

function describeRule({ match = {}, fault }: FaultRule): string {
  return `${JSON.stringify(match)} ${JSON.stringify(fault)}`;
}

function describeRun({ name, result, passages }: PlayedRun): string {
  const outcomes = passages.map(({ report }) => {
    const why =
      report.status === 'failed' ? ` (${report.phase}, ${report.code}, stored: ${report.stored})` : '';
    return `${report.regionId} ${report.snapshotId ?? '-'} ${report.status}${why}`;
  });
  return `${name}, ${result.report.durationMs} ms: ${outcomes.join('; ')}`;
}

function countAll(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
