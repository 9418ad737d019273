import { describe, expect, it } from 'vitest';
import type { InputReport } from '../../lib/runs/report.js';
import { hearsMore, slotOf, standingOf, unheardOf } from '../../lib/runs/slots.js';

const SLOT = '2026-11-22T06:00:00.000Z';
const MEMORY = { slot: SLOT, snapshot_id: 'a-1', unheard: {} };

function inputs(statuses: Record<string, InputReport['status']>): InputReport[] {
  return Object.entries(statuses).map(([input, status]) => ({
    input,
    status,
    events: 0,
    skipped: 0,
    durationMs: 1,
  }));
}

describe('slotOf', () => {
  it.each([
    ['2026-11-22T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T05:59:59.999Z', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T06:00:00.000Z', SLOT],
    ['2026-11-22T11:59:59.999Z', SLOT],
    ['2026-11-22T23:10:00.000Z', '2026-11-22T18:00:00.000Z'],
  ])('%s lies in the slot that began at %s', (now, slot) => {
    expect(slotOf(Date.parse(now))).toBe(slot);
  });
});

describe('standingOf', () => {
  it('is current with a snapshot of this slot for which every input answered', () => {
    expect(standingOf(SLOT, MEMORY)).toEqual({ status: 'current', snapshotId: 'a-1' });
  });

  it('is improvable with a snapshot of this slot for which something was not', () => {
    const unheard = { usgs: 'failed' };
    expect(standingOf(SLOT, { ...MEMORY, unheard })).toEqual({
      status: 'improvable',
      snapshotId: 'a-1',
      unheard,
    });
  });

  it.each<[string, Record<string, unknown> | null]>([
    ['nothing', null],
    ['the slot before', { ...MEMORY, slot: '2026-11-22T00:00:00.000Z' }],
    ['a slot ahead, by a clock that was wrong', { ...MEMORY, slot: '2026-11-22T12:00:00.000Z' }],
    ['no snapshot', { slot: SLOT, unheard: {} }],
    ['a snapshot that has no valid name', { ...MEMORY, snapshot_id: '' }],
    ['not what was heard, as earlier versions', { slot: SLOT, snapshot_id: 'a-1' }],
    ['of what was heard something unreadable', { ...MEMORY, unheard: { usgs: 'perhaps' } }],
  ])('is due when it remembers %s', (_what, memory) => {
    expect(standingOf(SLOT, memory)).toEqual({ status: 'due' });
  });
});

describe('hearsMore', () => {
  it.each<[string, ReturnType<typeof unheardOf>, Record<string, InputReport['status']>, boolean]>([
    ['an input that failed is heard', { usgs: 'failed' }, { usgs: 'ok' }, true],
    ['an input that failed is heard in part', { usgs: 'failed' }, { usgs: 'incomplete' }, true],
    ['one that was heard in part is heard', { usgs: 'incomplete' }, { usgs: 'ok' }, true],
    ['it fails again', { usgs: 'failed' }, { usgs: 'failed', gdacs: 'ok' }, false],
    ['it is incomplete again', { usgs: 'incomplete' }, { usgs: 'incomplete' }, false],
    ['it now fails', { usgs: 'incomplete' }, { usgs: 'failed' }, false],
    ['it is no longer read', { usgs: 'failed' }, { gdacs: 'ok' }, false],
    ['one of two is heard', { usgs: 'failed', gdacs: 'failed' }, { usgs: 'ok', gdacs: 'failed' }, true],
  ])('when %s: %j, then %j', (_what, before, now, expected) => {
    expect(hearsMore(before, inputs(now))).toBe(expected);
  });
});

it('remembers the inputs of a run that did not answer in full', () => {
  expect(unheardOf(inputs({ usgs: 'ok', 'gdacs-eq': 'failed', 'gdacs-tc': 'incomplete' }))).toEqual({
    'gdacs-eq': 'failed',
    'gdacs-tc': 'incomplete',
  });
});
