import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/persister/upstash/error.js';
import type { RegionReport } from '../../lib/runs/report.js';
import { logEntries } from '../../lib/runs/report.js';
import type { RunResult } from '../../lib/runs/run.js';
import { makeReport } from '../support/reports.js';
import { makeSnapshot } from '../support/snapshots.js';

const timings = { attempts: 2, startMs: 1, claimMs: 2, commitMs: 3 };
const persisted: RegionReport = { regionId: 'mena', status: 'persisted', snapshotId: 'a-1', ...timings };
const failed: RegionReport = {
  regionId: 'europe',
  status: 'failed',
  phase: 'commit',
  code: 'store-http-500',
  message: 'the store answered 500',
  stored: 'no',
  ...timings,
};

function resultOf(
  fields: Parameters<typeof makeReport>[0],
  reportFailure: StoreError | null = null,
): RunResult {
  const snapshots = [makeSnapshot('mena', { content: 'words of a snapshot' })];
  return { report: makeReport(fields), snapshots, reportFailure };
}

describe('logEntries', () => {
  it('is one line for a run in which everything was persisted', () => {
    const entries = logEntries(resultOf({ regions: [persisted], counts: { ...zero, persisted: 1 } }));

    expect(entries).toEqual([
      expect.objectContaining({
        level: 'info',
        event: 'run',
        runId: 'run-1',
        durationMs: 420,
        reportStored: true,
      }),
    ]);
  });

  it('adds a line for each region that was not persisted, with outcome and times', () => {
    const entries = logEntries(
      resultOf({ regions: [persisted, failed], counts: { ...zero, persisted: 1, failed: 1 } }),
    );

    expect(entries).toMatchObject([
      { level: 'error', event: 'run' },
      { level: 'error', event: 'region-not-persisted', runId: 'run-1', ...failed },
    ]);
  });

  it('warns of missing inputs and of a report that was not stored', () => {
    const inputs = [
      { input: 'usgs', status: 'failed' as const, events: 0, skipped: 0, durationMs: 1, message: 'down' },
    ];
    const refused = new StoreError('store-unauthorised', 'the store answered 401', { retryable: false });

    expect(logEntries(resultOf({ inputs }))).toMatchObject([{ level: 'warn', missingInputs: ['usgs'] }]);
    const incomplete = [{ ...inputs[0], input: 'usgs', status: 'incomplete' as const, events: 1 }];
    expect(
      logEntries(resultOf({ inputs: incomplete.map((input) => ({ ...input, skipped: 1, durationMs: 1 })) })),
    ).toMatchObject([{ level: 'warn', missingInputs: [], incompleteInputs: ['usgs'] }]);
    expect(logEntries(resultOf({}, refused))).toMatchObject([
      { level: 'warn', reportStored: false, reportFailure: 'store-unauthorised' },
    ]);
  });

  it('says nothing of what is in a snapshot', () => {
    expect(JSON.stringify(logEntries(resultOf({ regions: [persisted, failed] })))).not.toContain('words');
  });
});

const zero = { persisted: 0, duplicate: 0, inFlight: 0, failed: 0 };
