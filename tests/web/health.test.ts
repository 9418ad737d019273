import { describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import type { Pulse } from '../../lib/persister/upstash/read.js';
import type { InputReport, RegionReport, RunReport } from '../../lib/runs/report.js';
import { slotOf } from '../../lib/runs/slots.js';
import { assessHealth, STALE_AFTER_MS } from '../../lib/web/health.js';
import { makeReport } from '../support/reports.js';

const NOW = 1_790_000_000_000;

const headOf = (ageMs: number) =>
  JSON.stringify({
    id: 'abc-123',
    generated_at: NOW - ageMs,
    hash: 'ff',
    regime: null,
    pressure_score: null,
  });

/** Heads of this age, but for the first, and these reports. */
const pulse = (first: string | null, reports: Pulse['reports'] = []): Pulse => ({
  heads: new Map(
    REGION_IDS.flatMap((id, i) => {
      const head = i === 0 ? first : headOf(1_000);
      return head === null ? [] : [[id, head]];
    }),
  ),
  reports,
});

describe('assessHealth', () => {
  it('is ok when every region is younger than 8 hours, and has the ages', () => {
    const health = assessHealth(pulse(headOf(STALE_AFTER_MS - 1)), NOW);

    expect(health).toMatchObject({ status: 'ok', staleAfterMs: 8 * 3_600_000 });
    expect(health.regions.map(({ regionId }) => regionId)).toEqual([...REGION_IDS]);
    expect(health.regions.map(({ ageMs }) => ageMs)).toEqual([STALE_AFTER_MS - 1, ...Array(7).fill(1_000)]);
  });

  it('is stale when one region is 8 hours old', () => {
    expect(assessHealth(pulse(headOf(STALE_AFTER_MS)), NOW)).toMatchObject({ status: 'stale' });
  });

  it.each([null, '{', '"a string"'])('is stale when one region has no head that can be read: %s', (head) => {
    expect(assessHealth(pulse(head), NOW)).toMatchObject({
      status: 'stale',
      regions: [{ regionId: 'mena', ageMs: null }, ...Array(7).fill({ ageMs: 1_000 })],
    });
  });

  it('gives a snapshot that is dated ahead no negative age', () => {
    expect(assessHealth(pulse(headOf(-1_000)), NOW).regions[0]?.ageMs).toBe(0);
  });

  it('is unreachable when the request to the store failed, and says why', () => {
    const error = new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });

    const health = assessHealth(error, NOW);

    expect(health).toMatchObject({ status: 'unreachable', message: 'the store did not answer in time' });
    expect(health.regions).toEqual(REGION_IDS.map((regionId) => ({ regionId, ageMs: null })));
  });
});

const HOUR_MS = 3_600_000;
const effort = { attempts: 2, startMs: 0, claimMs: 1, commitMs: 1 };
const isoAgo = (hours: number) => new Date(NOW - hours * HOUR_MS).toISOString();

const persisted = (regionId: string): RegionReport => ({
  ...effort,
  regionId,
  status: 'persisted',
  snapshotId: 'p-1',
});
const failed = (regionId: string, snapshotId = 'f-1'): RegionReport => ({
  ...effort,
  regionId,
  status: 'failed',
  phase: 'commit',
  code: 'store-http-500',
  message: 'the store answered 500',
  stored: 'no',
  snapshotId,
});

function inputs(statuses: Record<string, InputReport['status']>): InputReport[] {
  return Object.entries(statuses).map(([input, status]) => {
    return { input, status, events: 0, skipped: 0, durationMs: 1 };
  });
}

/** A run that began so many hours ago. */
function runAgo(hours: number, fields: Partial<RunReport>): string {
  const startedAt = isoAgo(hours);
  return JSON.stringify(makeReport({ startedAt, slot: slotOf(Date.parse(startedAt)), ...fields }));
}

const judge = (...reports: string[]) => {
  const { status, reasons } = assessHealth(pulse(headOf(1_000), reports), NOW);
  return { status, reasons };
};
const OK = { status: 'ok', reasons: [] };

describe('a region that failed in the last run', () => {
  it('makes health degraded, with the code, and since when it fails', () => {
    expect(
      judge(
        runAgo(1, { regions: [failed('mena'), persisted('europe')] }),
        runAgo(2, { regions: [failed('mena'), failed('europe')] }),
        runAgo(8, { regions: [persisted('mena'), persisted('europe')] }),
        runAgo(9, { regions: [failed('mena')] }),
      ),
    ).toEqual({
      status: 'degraded',
      reasons: [
        {
          code: 'region-failed',
          message: 'mena failed in the last 2 runs: store-http-500',
          regionId: 'mena',
          since: isoAgo(2),
        },
      ],
    });
  });

  it.each<[string, RegionReport]>([
    ['persisted', persisted('mena')],
    ['a duplicate', { ...effort, regionId: 'mena', status: 'duplicate', duplicateOf: 'a-0' }],
    ['current', { ...effort, regionId: 'mena', status: 'current', snapshotId: 'a-0' }],
  ])('is repaired by a run over some regions in which it is %s', (_what, outcome) => {
    expect(judge(runAgo(1, { regions: [outcome] }), runAgo(2, { regions: [failed('mena')] }))).toEqual(OK);
  });

  it('is not repaired by a run over other regions, or one that found it in flight', () => {
    const waiting: RegionReport = { ...effort, regionId: 'mena', status: 'in-flight', retryAfterMs: 1 };
    const before = runAgo(3, { regions: [failed('mena')] });
    expect(
      judge(runAgo(1, { regions: [waiting] }), runAgo(2, { regions: [persisted('latam')] }), before),
    ).toEqual({
      status: 'degraded',
      reasons: [expect.objectContaining({ regionId: 'mena', since: isoAgo(3) })],
    });
  });

  it('is repaired by a run that began later and ended earlier', () => {
    const slow = runAgo(2, { regions: [failed('mena')] });
    expect(judge(slow, runAgo(1, { regions: [persisted('mena')] }))).toEqual(OK);
  });

  it('does not count where an earlier run of the slot had stored it: nothing is due', () => {
    // NOW is in the fourth hour of a slot.
    const byHand = runAgo(1, { trigger: 'manual', regions: [failed('mena'), failed('europe')] });
    const before = runAgo(2, { regions: [persisted('mena'), failed('europe')] });

    expect(judge(byHand, before).reasons).toEqual([
      expect.objectContaining({ regionId: 'europe', since: isoAgo(2) }),
    ]);
    expect(judge(byHand, runAgo(8, { regions: [persisted('mena')] })).reasons).toHaveLength(2);
  });

  it('did not fail when the snapshot whose outcome was unknown is there', () => {
    expect(judge(runAgo(1, { regions: [failed('mena', 'abc-123')] }))).toEqual(OK);
  });
});

describe('an input that does not answer in full', () => {
  const all = (statuses: Record<string, InputReport['status']>) => ({
    regions: [persisted('mena')],
    inputs: inputs(statuses),
  });

  it('makes health degraded after two slots, and says since when', () => {
    expect(
      judge(
        runAgo(0.5, all({ usgs: 'failed', gdacs: 'ok' })),
        runAgo(6, all({ usgs: 'failed', gdacs: 'failed' })),
        runAgo(6.5, all({ usgs: 'incomplete', gdacs: 'failed' })),
        runAgo(12, all({ usgs: 'ok', gdacs: 'ok' })),
      ),
    ).toEqual({
      status: 'degraded',
      reasons: [
        {
          code: 'input-unheard',
          message: 'usgs has not answered in full in the last 2 slots',
          input: 'usgs',
          since: isoAgo(6.5),
        },
      ],
    });
  });

  it.each<[string, string[]]>([
    [
      'is heard by the second tick of a slot',
      [runAgo(0, all({ usgs: 'ok' })), runAgo(1, all({ usgs: 'failed' }))],
    ],
    [
      'was heard in one slot, though later in it no more',
      [
        runAgo(0, all({ usgs: 'failed' })),
        runAgo(6, all({ usgs: 'failed' })),
        runAgo(6.2, all({ usgs: 'ok' })),
      ],
    ],
    [
      'is missing for one slot only',
      [runAgo(0, all({ usgs: 'failed' })), runAgo(0.5, all({ usgs: 'failed' }))],
    ],
    [
      'is no longer read',
      [
        runAgo(0, all({ gdacs: 'ok' })),
        runAgo(6, all({ usgs: 'failed' })),
        runAgo(12, all({ usgs: 'failed' })),
      ],
    ],
  ])('is no reason when it %s', (_what, reports) => {
    expect(judge(...reports)).toEqual(OK);
  });

  it('counts the slots of reports that do not name theirs', () => {
    const report = (hours: number) => {
      const { slot: _slot, ...rest } = JSON.parse(runAgo(hours, all({ usgs: 'failed' })));
      return JSON.stringify(rest);
    };
    expect(judge(report(0), report(6)).reasons).toMatchObject([{ code: 'input-unheard' }]);
  });
});

it('is degraded when the reports cannot be read, and leaves out those that are none', () => {
  const error = new StoreError('redis-wrongtype', 'a key holds another type', { retryable: false });
  expect(assessHealth(pulse(headOf(1_000), error), NOW)).toMatchObject({
    status: 'degraded',
    reasons: [{ code: 'runs-unreadable' }],
  });
  expect(judge('{', '{}')).toEqual(OK);
});

it('is stale rather than degraded, and gives every reason', () => {
  const old = pulse(headOf(9 * HOUR_MS), [runAgo(1, { regions: [failed('mena')] })]);
  expect(assessHealth(old, NOW)).toMatchObject({
    status: 'stale',
    reasons: [
      { code: 'region-stale', message: 'mena was last stored 9 h ago', regionId: 'mena', since: isoAgo(9) },
      { code: 'region-failed', regionId: 'mena' },
    ],
  });
  expect(assessHealth(pulse(null), NOW).reasons).toMatchObject([{ code: 'region-empty', regionId: 'mena' }]);
});
