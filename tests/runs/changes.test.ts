import { describe, expect, it } from 'vitest';
import { changesOf } from '../../lib/runs/changes.js';
import type { RunReport } from '../../lib/runs/report.js';
import { failed, input, persisted, reportAt } from '../support/run-reports.js';

const changes = (report: RunReport, before: readonly RunReport[] | null, shifts = []) =>
  changesOf({ report, before, shifts });
const inFlight = (regionId: string) =>
  ({ ...persisted(regionId), status: 'in-flight', retryAfterMs: 1 }) as const;

const AT_06 = '2026-11-26T06:00:30.000Z';
const AT_07 = '2026-11-26T07:00:30.000Z';
const AT_12 = '2026-11-26T12:00:30.000Z';
const AT_18 = '2026-11-26T18:00:30.000Z';

describe('regions', () => {
  const good = reportAt(AT_06, { regions: [persisted('mena'), persisted('europe')] });

  it('reports nothing when nothing changed', () => {
    expect(changes(reportAt(AT_12), [good])).toEqual([]);
  });

  it('reports those that began to fail once, for each cause', () => {
    const bad = reportAt(AT_12, {
      regions: [failed('mena'), failed('europe'), failed('latam', 'store-timeout')],
    });

    expect(changes(bad, [good])).toEqual([
      { kind: 'regions-failing', phase: 'commit', code: 'store-http-500', regionIds: ['mena', 'europe'] },
      { kind: 'regions-failing', phase: 'commit', code: 'store-timeout', regionIds: ['latam'] },
    ]);
    const again = { regions: [failed('mena', 'store-timeout')] };
    expect(changes(reportAt('2026-11-26T13:00:30.000Z', again), [bad, good])).toEqual([]);
  });

  it('tells once more of those that fail in a second slot, and not in a third', () => {
    const bad = (at: string) => reportAt(at, { regions: [failed('mena'), persisted('europe')] });
    const stuck = [
      { kind: 'regions-stuck', phase: 'commit', code: 'store-http-500', regionIds: ['mena'] },
    ] as const;

    expect(changes(bad(AT_07), [bad(AT_06)])).toEqual([]);
    expect(changes(bad(AT_12), [bad(AT_07), bad(AT_06)])).toEqual(stuck);
    expect(changes(bad('2026-11-26T13:00:30.000Z'), [bad(AT_12), bad(AT_06)])).toEqual([]);
    expect(changes(bad(AT_18), [bad(AT_12), bad(AT_06)])).toEqual([]);
    const stored = reportAt(AT_07, { regions: [persisted('mena')] });
    expect(changes(bad(AT_12), [stored, bad(AT_06)])).toMatchObject([{ kind: 'regions-failing' }]);
  });

  it('counts no failure of an earlier slot that may be stored nevertheless', () => {
    const unheard = { ...failed('mena'), stored: 'unknown' as const };
    const maybe = reportAt(AT_06, { regions: [unheard] });

    expect(changes(reportAt(AT_07, { regions: [failed('mena')] }), [maybe])).toEqual([]);
    expect(changes(reportAt(AT_12, { regions: [failed('mena')] }), [maybe])).toMatchObject([
      { kind: 'regions-failing', regionIds: ['mena'] },
    ]);
  });

  it('tells nothing of a failure in a slot that is stored already, and nothing when that is over', () => {
    const byHand = reportAt(AT_07, { trigger: 'manual', regions: [failed('mena')] });

    expect(changes(byHand, [good])).toEqual([]);
    expect(changes(reportAt(AT_12), [byHand, good])).toEqual([]);
    expect(changes(reportAt(AT_12, { regions: [failed('mena')] }), [byHand, good])).toMatchObject([
      { kind: 'regions-failing', regionIds: ['mena'] },
    ]);
  });

  it('reports those that are stored again, including duplicates and current ones', () => {
    const bad = reportAt(AT_06, { regions: [failed('mena'), failed('europe'), failed('latam')] });
    const { attempts, startMs, claimMs, commitMs } = persisted('mena');
    const effort = { attempts, startMs, claimMs, commitMs };
    const after = reportAt(AT_07, {
      regions: [
        persisted('mena'),
        { ...effort, regionId: 'europe', status: 'duplicate', duplicateOf: 'a-1' },
        { ...effort, regionId: 'latam', status: 'current', snapshotId: 'a-2' },
      ],
    });

    expect(changes(after, [bad])).toEqual([
      { kind: 'regions-recovered', regionIds: ['mena', 'europe', 'latam'] },
    ]);
  });

  it('takes a region that was left out, or in flight, for what it was before', () => {
    const bad = reportAt(AT_06, { regions: [failed('mena')] });
    const between = [
      reportAt(AT_07, { regions: [persisted('europe')] }),
      reportAt(AT_07, { regions: [inFlight('mena')] }),
    ];

    expect(changes(reportAt(AT_07, { regions: [failed('mena')] }), [...between, bad])).toEqual([]);
    expect(changes(reportAt(AT_12), [...between, bad])).toEqual([
      { kind: 'regions-recovered', regionIds: ['mena'] },
    ]);
    expect(changes(reportAt(AT_12, { regions: [inFlight('mena')] }), [bad])).toEqual([]);
  });
});

describe('a store that does not return the earlier reports', () => {
  const outage = (at: string) => reportAt(at, { regions: [failed('mena', 'store-unreachable')] });

  it('reports what failed in the first tick of a slot, and not in the second', () => {
    expect(changes(outage(AT_06), null)).toEqual([
      { kind: 'regions-failing', phase: 'commit', code: 'store-unreachable', regionIds: ['mena'] },
    ]);
    expect(changes(outage(AT_07), null)).toEqual([]);
  });

  it.each([AT_06, AT_07])(
    'tells all the same of a regime that moved, which no report is needed for (%s)',
    (at) => {
      const shift = { regionId: 'mena', from: 'watch', to: 'emergency' };
      const shifts = [shift, { regionId: 'latam', from: 'normal', to: 'watch' }];

      expect(changesOf({ report: reportAt(at), before: null, shifts })).toEqual([
        { kind: 'regime', ...shift },
      ]);
    },
  );
});

describe('a slot that was stored late', () => {
  it('is reported when the first tick left no report', () => {
    const change = { kind: 'slot-caught-up', slot: '2026-11-26T06:00:00.000Z' };
    const before = [reportAt('2026-11-26T00:00:30.000Z')];

    expect(changes(reportAt(AT_07), before)).toEqual([change]);
    expect(changes(reportAt(AT_06), before)).toEqual([]);
    expect(changes(reportAt('2026-11-26T06:59:59.000Z'), before)).toEqual([]);
  });

  it('is not reported when the first tick has its report, nor before anything was ever stored', () => {
    expect(changes(reportAt(AT_07), [reportAt(AT_06)])).toEqual([]);
    expect(changes(reportAt(AT_07), [])).toEqual([]);
  });
});

describe('slots in which no run left a report', () => {
  const missed = (from: string, to: string, slots: number) => [{ kind: 'slots-missed', from, to, slots }];
  const [SLOT_06, SLOT_12] = ['2026-11-26T06:00:00.000Z', '2026-11-26T12:00:00.000Z'];

  it('are reported once something is stored again, even late in its slot', () => {
    expect(changes(reportAt(AT_12), [reportAt('2026-11-26T00:00:30.000Z')])).toEqual(
      missed(SLOT_06, SLOT_06, 1),
    );
    expect(changes(reportAt('2026-11-26T19:00:30.000Z'), [reportAt('2026-11-26T01:00:30.000Z')])).toEqual(
      missed(SLOT_06, SLOT_12, 2),
    );
    expect(changes(reportAt('2026-11-26T19:00:30.000Z'), [reportAt(AT_18)])).toEqual([]);
  });

  it('are not reported by a run that stored nothing, by one by hand, or before anything was ever stored', () => {
    const before = [reportAt('2026-11-26T00:00:30.000Z')];

    expect(changes(reportAt(AT_12, { regions: [inFlight('mena')] }), before)).toEqual([]);
    expect(changes(reportAt(AT_12, { trigger: 'manual' }), before)).toEqual([]);
    expect(changes(reportAt(AT_12), [])).toEqual([]);
  });
});

describe('inputs', () => {
  const usgs = (at: string, status: 'ok' | 'incomplete' | 'failed') =>
    reportAt(at, { inputs: [input('usgs', status), input('gdacs-eq', 'ok')] });
  const MISSING = { kind: 'inputs-missing', inputs: ['usgs'] };
  const HEARD = { kind: 'inputs-heard', inputs: ['usgs'] };

  it('are missing from their second slot on, however they failed', () => {
    expect(changes(usgs(AT_06, 'failed'), [usgs('2026-11-26T00:00:30.000Z', 'ok')])).toEqual([]);
    expect(changes(usgs(AT_12, 'incomplete'), [usgs(AT_06, 'failed')])).toEqual([MISSING]);
    expect(changes(usgs(AT_18, 'failed'), [usgs(AT_12, 'incomplete'), usgs(AT_06, 'failed')])).toEqual([]);
  });

  it('are not missing when they answered in the second tick of a slot', () => {
    expect(changes(usgs(AT_12, 'failed'), [usgs(AT_07, 'ok'), usgs(AT_06, 'failed')])).toEqual([]);
  });

  it('are reported as back once, and only after they were missing', () => {
    const missing = [usgs(AT_12, 'failed'), usgs(AT_06, 'failed')];

    expect(changes(usgs(AT_18, 'ok'), missing)).toEqual([HEARD]);
    expect(changes(usgs('2026-11-26T19:00:30.000Z', 'ok'), [usgs(AT_18, 'ok'), ...missing])).toEqual([]);
    expect(changes(usgs(AT_07, 'ok'), [usgs(AT_06, 'failed')])).toEqual([]);
  });

  it('stay missing over a run that read none, such as one without a store', () => {
    const missing = [reportAt(AT_18), usgs(AT_12, 'failed'), usgs(AT_06, 'failed')];

    expect(changes(usgs('2026-11-27T00:00:30.000Z', 'failed'), missing)).toEqual([]);
  });
});

describe('regimes', () => {
  it('are reported when they move to or from alert and emergency', () => {
    const shift = (from: string, to: string) => ({ regionId: 'mena', from, to });
    const shifts = [
      shift('watch', 'alert'),
      shift('emergency', 'normal'),
      shift('normal', 'watch'),
      shift('unknown', 'normal'),
    ];

    expect(changesOf({ report: reportAt(AT_06), before: [], shifts })).toEqual([
      { kind: 'regime', regionId: 'mena', from: 'watch', to: 'alert' },
      { kind: 'regime', regionId: 'mena', from: 'emergency', to: 'normal' },
    ]);
  });

  it('are told in one line where regions become unknown, but for those that leave alert or emergency', () => {
    const to = (regionId: string, from: string) => ({ regionId, from, to: 'unknown' });
    const shifts = [to('mena', 'normal'), to('latam', 'watch'), to('europe', 'alert')];
    const told = [
      { kind: 'regime', regionId: 'europe', from: 'alert', to: 'unknown' },
      { kind: 'regions-unknown', regionIds: ['mena', 'latam'] },
    ];

    expect(changesOf({ report: reportAt(AT_06), before: [], shifts })).toEqual(told);
    expect(changesOf({ report: reportAt(AT_06), before: null, shifts })).toEqual(told);
  });
});
