import type { RunReport } from '../../lib/runs/report.js';

/** A report of a run in which nothing happened. */
export function makeReport(fields: Partial<RunReport> = {}): RunReport {
  return {
    runId: 'run-1',
    trigger: 'cron',
    environment: 'development',
    startedAt: '2026-11-22T00:00:00.000Z',
    durationMs: 420,
    budgetMs: 50_000,
    dryRun: false,
    counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
    inputs: [],
    regions: [],
    redis: { requests: 17, commands: 25 },
    reportStored: true,
    ...fields,
  };
}
