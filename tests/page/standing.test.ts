import { describe, expect, it } from 'vitest';
import { NO_DATA } from '../../public/app/loader.js';
import { settledRuns, silentInputs, standingOf } from '../../public/app/standing.js';
import { HOUR, runsOf, SLOT } from './support/reports.js';

const mena = (at: number, outcome: string) => ({ at, regions: { mena: outcome } });

describe('standingOf', () => {
  it('counts the failures since a region was last stored', () => {
    const runs = runsOf([
      mena(SLOT + HOUR, 'failed:store-timeout'),
      mena(SLOT, 'failed:store-full'),
      mena(SLOT - 6 * HOUR, 'persisted'),
      mena(SLOT - 12 * HOUR, 'failed'),
    ]);
    expect(standingOf(runs, 'mena')).toEqual({
      failures: 2,
      since: SLOT,
      code: 'store-timeout',
      lastSuccess: SLOT - 6 * HOUR,
    });
  });

  it.each(['persisted', 'duplicate', 'current'])('ends with %s', (status) => {
    expect(standingOf(runsOf([mena(SLOT, status), mena(SLOT - HOUR, 'failed')]), 'mena').failures).toBe(0);
  });

  it('takes the last success from the run that stored it, not from one that found it current', () => {
    const runs = runsOf([
      mena(SLOT, 'failed'),
      mena(SLOT - 5 * HOUR, 'current'),
      mena(SLOT - 6 * HOUR, 'persisted'),
    ]);
    expect(standingOf(runs, 'mena')).toMatchObject({ failures: 1, lastSuccess: SLOT - 6 * HOUR });
  });

  it.each(['persisted', 'duplicate', 'current'])(
    'looks past a failure in a slot in which it was %s',
    (status) => {
      const byHand = mena(SLOT + 2 * HOUR, 'failed');
      expect(standingOf(runsOf([byHand, mena(SLOT, status)]), 'mena').failures).toBe(0);
      expect(standingOf(runsOf([byHand, mena(SLOT - HOUR, status)]), 'mena').failures).toBe(1);
    },
  );

  it('looks past runs that did without the region, and past another writer in flight', () => {
    const europe = { at: SLOT + HOUR, regions: { europe: 'persisted' } };
    const runs = runsOf([mena(SLOT + 2 * HOUR, 'in-flight'), europe, mena(SLOT, 'failed')]);
    expect(standingOf(runs, 'mena')).toMatchObject({ failures: 1, since: SLOT, lastSuccess: null });
  });
});

describe('settledRuns', () => {
  it('count a failure as stored where the history has its snapshot, and leave every other as it is', () => {
    const [run] = runsOf([{ at: SLOT, regions: { mena: 'failed', europe: 'failed', latam: 'failed' } }]);
    if (run === undefined) throw new Error('the run was not read');
    const ids = ['s1', 's2', null];
    const regions = run.regions.map((region, i) => ({ ...region, snapshotId: ids[i] ?? null }));
    const points = [
      { id: 's1', at: SLOT, score: null, label: null },
      { id: null, at: SLOT, score: null, label: null },
    ];
    const none = { data: null, problem: null };
    const trend = { data: { points, complete: true }, problem: null };
    const data = {
      ...NO_DATA,
      runs: { data: [{ ...run, regions }], problem: null },
      regions: new Map([['mena', { headId: 's1', snapshot: none, trend }]]),
    };
    expect(settledRuns(data)[0]?.regions.map(({ status }) => status)).toEqual([
      'persisted',
      'failed',
      'failed',
    ]);
  });
});

describe('silentInputs', () => {
  const usgs = (at: number, status: string) => ({ at, inputs: { usgs: status, 'gdacs-fl': 'ok' } });

  it('are those that were not ok in any run of two slots', () => {
    const runs = runsOf([
      usgs(SLOT, 'failed'),
      usgs(SLOT - 6 * HOUR, 'incomplete'),
      usgs(SLOT - 12 * HOUR, 'ok'),
    ]);
    expect(silentInputs(runs)).toEqual([{ input: 'usgs', since: SLOT - 6 * HOUR }]);
  });

  it('are not those of one slot alone, in however many runs', () => {
    const runs = runsOf([usgs(SLOT + HOUR, 'failed'), usgs(SLOT, 'failed'), usgs(SLOT - HOUR, 'ok')]);
    expect(silentInputs(runs)).toEqual([]);
  });

  it('do not count a slot in which they answered once', () => {
    const runs = runsOf([usgs(SLOT, 'failed'), usgs(SLOT - 5 * HOUR, 'failed'), usgs(SLOT - 6 * HOUR, 'ok')]);
    expect(silentInputs(runs)).toEqual([]);
  });

  it('come from runs that read them: one that found all current did not', () => {
    const idle = { at: SLOT + HOUR };
    expect(silentInputs(runsOf([idle, usgs(SLOT, 'failed'), usgs(SLOT - HOUR, 'failed')]))).toHaveLength(1);
  });
});
