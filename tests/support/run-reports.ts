import { countOutcomes, type InputReport, type RegionReport, type RunReport } from '../../lib/runs/report.js';
import { slotOf } from '../../lib/runs/slots.js';

const WAY = { attempts: 2, startMs: 0, claimMs: 1, commitMs: 2 };

export const persisted = (regionId: string): RegionReport => ({
  ...WAY,
  regionId,
  status: 'persisted',
  snapshotId: `of-${regionId}`,
});

export const failed = (regionId: string, code = 'store-http-500'): RegionReport => ({
  ...WAY,
  regionId,
  status: 'failed',
  phase: 'commit',
  code,
  message: 'the store answered 500',
  stored: 'no',
});

export const input = (name: string, status: InputReport['status']): InputReport => ({
  input: name,
  status,
  events: 0,
  skipped: 0,
  durationMs: 1,
});

/** The report of a run. @param at ISO */
export function reportAt(at: string, report: Partial<RunReport> = {}): RunReport {
  const { regions = [persisted('mena')] } = report;
  return {
    runId: `run-of-${at}`,
    trigger: 'cron',
    environment: 'production',
    startedAt: at,
    durationMs: 100,
    budgetMs: 50_000,
    dryRun: false,
    slot: slotOf(Date.parse(at)),
    counts: countOutcomes(regions),
    inputs: [],
    regions: [...regions],
    redis: { requests: 3, commands: 4 },
    reportStored: true,
    ...report,
  };
}
