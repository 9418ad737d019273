import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nextTick, slotOf, slotStates } from '../../public/app/slots.js';
import { slotLines } from '../../public/app/timeline.js';
import { HOUR, runsOf, SLOT } from './support/reports.js';

const REGIONS = ['mena', 'europe'];
const MINUTE = 60_000;
const both = (outcome: string) => ({ mena: outcome, europe: outcome });
const before = { at: SLOT - 6 * HOUR, regions: both('persisted') };

/** What the present slot is, from the reports of its runs, newest first. */
function presentState(reports: Parameters<typeof runsOf>[0], now: number) {
  return slotStates(runsOf([...reports, before]), REGIONS, now).at(-1);
}

describe('slotOf', () => {
  it.each([
    ['2026-11-26T05:59:59.999Z', '2026-11-26T00:00:00.000Z'],
    ['2026-11-26T06:00:00.000Z', '2026-11-26T06:00:00.000Z'],
    ['2026-11-26T23:10:00.000Z', '2026-11-26T18:00:00.000Z'],
  ])('%s is in the slot of %s', (time, start) => {
    expect(new Date(slotOf(Date.parse(time))).toISOString()).toBe(start);
  });
});

describe('nextTick', () => {
  it('is the catch-up within the first hour of a slot, then the next slot', () => {
    expect(nextTick(SLOT)).toBe(SLOT + HOUR);
    expect(nextTick(SLOT + HOUR - 1)).toBe(SLOT + HOUR);
    expect(nextTick(SLOT + HOUR)).toBe(SLOT + 6 * HOUR);
    expect(nextTick(SLOT + 6 * HOUR - 1)).toBe(SLOT + 6 * HOUR);
  });
});

describe('slotStates', () => {
  it('has the 28 slots of seven days, oldest first', () => {
    const slots = slotStates(runsOf([before]), REGIONS, SLOT);
    expect(slots).toHaveLength(28);
    expect(slots[0]?.start).toBe(SLOT - 27 * 6 * HOUR);
    expect(slots.at(-1)?.start).toBe(SLOT);
  });

  it('is stored when the first run of the slot did it, however late in its hour', () => {
    const reports = [{ at: SLOT + 59 * MINUTE, regions: both('persisted') }];
    expect(presentState(reports, SLOT + HOUR)).toEqual({ start: SLOT, state: 'stored', regionIds: [] });
  });

  it('stays stored when a later run finds all current, or another copy', () => {
    const first = { at: SLOT, regions: { mena: 'persisted', europe: 'duplicate' } };
    expect(presentState([{ at: SLOT + HOUR, regions: both('current') }, first], SLOT + HOUR)?.state).toBe(
      'stored',
    );
    expect(presentState([{ at: SLOT + HOUR, regions: both('persisted') }, first], SLOT + HOUR)?.state).toBe(
      'stored',
    );
  });

  it('is stored where only the report of a later run is left, which found it current', () => {
    expect(presentState([{ at: SLOT + HOUR, regions: both('current') }], SLOT + HOUR)?.state).toBe('stored');
  });

  it('is caught up when the second run stored what the first had not', () => {
    const reports = [
      { at: SLOT + HOUR, regions: { mena: 'persisted', europe: 'current' } },
      { at: SLOT, regions: { mena: 'failed', europe: 'persisted' } },
    ];
    const slot = presentState(reports, SLOT + 2 * HOUR);
    expect(slot).toEqual({ start: SLOT, state: 'caught-up', regionIds: ['mena'] });
    expect(slotLines(slot)).toEqual(['26 Nov 06:00 UTC', 'caught up (mena)']);
  });

  it.each(['failed', 'in-flight'])('has failed while a region that was tried is %s', (status) => {
    const reports = [{ at: SLOT, regions: { mena: status, europe: 'persisted' } }];
    const slot = presentState(reports, SLOT + MINUTE);
    expect(slot).toEqual({ start: SLOT, state: 'failed', regionIds: ['mena'] });
    expect(slotLines(slot)[1]).toBe('failed (mena)');
  });

  it('is pending until no run can come any more, then missed', () => {
    expect(presentState([], SLOT + 2 * HOUR - 1)?.state).toBe('pending');
    expect(presentState([], SLOT + 2 * HOUR)?.state).toBe('missed');
  });

  it('knows nothing of the time before the first report', () => {
    expect(slotStates([], REGIONS, SLOT).every(({ state }) => state === 'unrecorded')).toBe(true);
    const states = slotStates(runsOf([before]), REGIONS, SLOT).map(({ state }) => state);
    expect(states.slice(-3)).toEqual(['unrecorded', 'stored', 'pending']);
  });

  it('does not judge the slot in which a full list of reports is cut off', () => {
    const cut = { at: SLOT - 6 * HOUR, regions: { mena: 'failed' } };
    const reports = Array.from({ length: 100 }, () => cut);
    expect(slotStates(runsOf(reports), REGIONS, SLOT).at(-2)?.state).toBe('unrecorded');
    expect(slotStates(runsOf(reports.slice(1)), REGIONS, SLOT).at(-2)?.state).toBe('failed');
  });
});

describe('the schedule on the page', () => {
  it('is the one in vercel.json', () => {
    const { crons } = JSON.parse(readFileSync(new URL('../../vercel.json', import.meta.url), 'utf8'));
    const hours = crons.map(({ schedule }: { schedule: string }) => Number(schedule.split(' ')[1]));
    const midnight = Date.UTC(2026, 10, 26) - 1;
    const ticks = [nextTick(midnight)];
    while (ticks.length < 8) ticks.push(nextTick(ticks.at(-1) ?? midnight));
    expect(ticks.map((tick) => new Date(tick).getUTCHours())).toEqual(hours);
  });
});
