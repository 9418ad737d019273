import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
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

  it('adds one line for each cause, with the regions that it kept from being persisted', () => {
    const other: RegionReport = { ...failed, regionId: 'latam', code: 'claim-lost', message: 'it was lost' };
    const duplicate: RegionReport = {
      ...timings,
      regionId: 'global',
      status: 'duplicate',
      duplicateOf: 'a-0',
    };
    const current: RegionReport = {
      ...timings,
      regionId: 'south-asia',
      status: 'current',
      snapshotId: 'a-0',
    };
    const regions = [persisted, failed, other, { ...failed, regionId: 'north-america' }, duplicate, current];
    const entries = logEntries(resultOf({ regions, counts: { ...zero, persisted: 1, failed: 3 } }));

    const { phase, stored } = failed;
    expect(entries.slice(1)).toEqual([
      {
        level: 'error',
        event: 'regions-failed',
        runId: 'run-1',
        status: 'failed',
        phase,
        stored,
        code: 'store-http-500',
        message: 'the store answered 500',
        regionIds: ['europe', 'north-america'],
      },
      expect.objectContaining({ level: 'error', code: 'claim-lost', regionIds: ['latam'] }),
      {
        level: 'info',
        event: 'regions-not-stored',
        runId: 'run-1',
        status: 'duplicate',
        regionIds: ['global'],
      },
    ]);
    expect(entries[0]).toMatchObject({ level: 'warn', event: 'run' });
  });

  it('is one error for an outage of the store', () => {
    const regions = REGION_IDS.map((regionId): RegionReport => ({ ...failed, regionId }));
    const errors = logEntries(resultOf({ regions, counts: { ...zero, failed: 8 } })).filter(
      ({ level }) => level === 'error',
    );
    expect(errors).toMatchObject([{ regionIds: REGION_IDS }]);
  });

  it('separates what may be stored from what is not', () => {
    const regions: RegionReport[] = [failed, { ...failed, regionId: 'latam', stored: 'unknown' }];
    expect(logEntries(resultOf({ regions })).slice(1)).toMatchObject([
      { stored: 'no' },
      { stored: 'unknown' },
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
    expect(logEntries(resultOf({ reportStored: false }, refused))).toMatchObject([
      { level: 'warn', reportStored: false, reportFailure: 'store-unauthorised' },
    ]);
  });

  it('says nothing of what is in a snapshot', () => {
    expect(JSON.stringify(logEntries(resultOf({ regions: [persisted, failed] })))).not.toContain('words');
  });
});

const zero = { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 };
