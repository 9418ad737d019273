import type { StoreError } from '../persister/upstash/error.js';
import type { RunReport } from './report.js';

/** One line of the log. Names, counts and times; never content, never a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: 'run' | 'region-not-persisted';
  readonly runId: string;
  readonly [field: string]: unknown;
}

export interface LoggedRun {
  readonly report: RunReport;
  /** Why the report could not be added to the stored runs; null when it was, or was not to be. */
  readonly reportFailure: StoreError | null;
}

/** What the log says of a run: a line for the run, then one for each region that was not persisted. */
export function logEntries({ report, reportFailure }: LoggedRun): LogEntry[] {
  const { runId, trigger, environment, dryRun, durationMs, budgetMs, counts, redis } = report;
  const named = (wanted: RunReport['inputs'][number]['status']) =>
    report.inputs.flatMap(({ input, status }) => (status === wanted ? input : []));
  const missingInputs = named('failed');
  const incompleteInputs = named('incomplete');
  const isUnheard = missingInputs.length + incompleteInputs.length > 0;
  const run: LogEntry = {
    level: levelOf(report, reportFailure !== null || isUnheard),
    event: 'run',
    runId,
    trigger,
    environment,
    dryRun,
    durationMs,
    budgetMs,
    counts,
    missingInputs,
    incompleteInputs,
    redis,
    reportStored: !dryRun && reportFailure === null,
    ...(reportFailure === null ? {} : { reportFailure: reportFailure.code }),
  };
  const regions = report.regions.filter(({ status }) => status !== 'persisted');
  return [run, ...regions.map((region) => regionEntry(runId, region))];
}

function levelOf({ counts }: RunReport, isDegraded: boolean): LogEntry['level'] {
  if (counts.failed > 0) return 'error';
  return isDegraded ? 'warn' : 'info';
}

function regionEntry(runId: string, region: RunReport['regions'][number]): LogEntry {
  const level = region.status === 'failed' ? 'error' : 'info';
  return { level, event: 'region-not-persisted', runId, ...region };
}
