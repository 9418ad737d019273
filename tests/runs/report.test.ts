import { describe, expect, it } from 'vitest';
import {
  countOutcomes,
  type RegionReport,
  RegionReportSchema,
  RunReportSchema,
} from '../../lib/runs/report.js';

const WAY = { attempts: 2, startMs: 0.5, claimMs: 1, commitMs: 2 };
const PERSISTED: RegionReport = { ...WAY, regionId: 'mena', status: 'persisted', snapshotId: 'a-1' };
const DUPLICATE: RegionReport = { ...WAY, regionId: 'latam', status: 'duplicate', duplicateOf: 'a-0' };
const IN_FLIGHT: RegionReport = { ...WAY, regionId: 'global', status: 'in-flight', retryAfterMs: 900 };
const FAILED: RegionReport = {
  ...WAY,
  regionId: 'europe',
  status: 'failed',
  phase: 'commit',
  code: 'store-http-500',
  message: 'the store answered 500',
  stored: 'no',
};

const without = (report: object, field: string) => ({ ...report, [field]: undefined });

describe('countOutcomes', () => {
  it('counts each outcome under its own name', () => {
    const regions = [
      FAILED,
      PERSISTED,
      DUPLICATE,
      PERSISTED,
      IN_FLIGHT,
      PERSISTED,
      DUPLICATE,
      FAILED,
      FAILED,
      FAILED,
    ];
    expect(countOutcomes(regions)).toEqual({
      persisted: 3,
      duplicate: 2,
      current: 0,
      inFlight: 1,
      failed: 4,
    });
  });

  it('counts nothing where there is nothing', () => {
    expect(countOutcomes([])).toEqual({ persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 });
  });
});

describe('RegionReportSchema', () => {
  it.each([PERSISTED, DUPLICATE, IN_FLIGHT, FAILED])('takes a region that is $status', (report) => {
    expect(RegionReportSchema.parse(report)).toEqual(report);
  });

  it.each([
    ['persisted without the id of the snapshot', without(PERSISTED, 'snapshotId')],
    ['a duplicate of nothing', without(DUPLICATE, 'duplicateOf')],
    ['in flight without an end', without(IN_FLIGHT, 'retryAfterMs')],
    ['failed without a phase', without(FAILED, 'phase')],
    ['failed in a phase that does not exist', { ...FAILED, phase: 'settle' }],
    ['failed without a code', without(FAILED, 'code')],
    ['failed without a message', without(FAILED, 'message')],
    ['failed without a word on what is stored', without(FAILED, 'stored')],
    ['failed and stored', { ...FAILED, stored: 'yes' }],
    ['a status that does not exist', { ...PERSISTED, status: 'skipped' }],
    ['a time before the start of the run', { ...PERSISTED, startMs: -1 }],
  ])('refuses %s', (_name, report) => {
    expect(RegionReportSchema.safeParse(report).success).toBe(false);
  });
});

describe('RunReportSchema', () => {
  const RUN = {
    runId: 'run-1',
    trigger: 'cron',
    environment: 'production',
    startedAt: '2026-09-21T13:33:20.000Z',
    durationMs: 640,
    budgetMs: 50_000,
    dryRun: false,
    counts: { persisted: 1, duplicate: 0, current: 0, inFlight: 0, failed: 1 },
    inputs: [
      { input: 'usgs', status: 'ok', events: 8, skipped: 0, durationMs: 12 },
      { input: 'gdacs-eq', status: 'failed', events: 0, skipped: 0, durationMs: 12, message: 'HTTP 503' },
    ],
    regions: [PERSISTED, FAILED],
    redis: { requests: 5, commands: 9 },
    reportStored: true,
  };

  it('takes a report of before it said whether it was stored: it was', () => {
    expect(RunReportSchema.parse(without(RUN, 'reportStored'))).toEqual(RUN);
  });

  it('takes a whole report as it is', () => {
    expect(RunReportSchema.parse(RUN)).toEqual(RUN);
  });

  it.each<[string, object]>([
    ...Object.keys(RUN)
      .filter((field) => field !== 'reportStored')
      .map((field): [string, object] => [`one without ${field}`, without(RUN, field)]),
    ['a trigger that does not exist', { ...RUN, trigger: 'scheduled' }],
    ['a start in epoch ms', { ...RUN, startedAt: 1_790_000_000_000 }],
    ['an input that is neither ok nor failed', { ...RUN, inputs: [{ ...RUN.inputs[0], status: 'slow' }] }],
  ])('refuses %s', (_name, report) => {
    expect(RunReportSchema.safeParse(report).success).toBe(false);
  });
});
