import { describe, expect, it } from 'vitest';
import { nextRegime } from '../../lib/hazards/assess.js';
import type { Regime } from '../../lib/hazards/snapshot.js';
import { NOW } from './support/rows.js';

const ALERT: Regime = {
  label: 'alert',
  previous_label: 'watch',
  transitioned_at: NOW - 90_000_000,
  transition_driver: 'gdacs:TC:1',
};
const LAST_RUN = NOW - 21_600_000;

function next(overrides: Partial<Parameters<typeof nextRegime>[0]>, regime: Regime = ALERT) {
  return nextRegime({
    score: 0.5,
    driver: { id: 'usgs:us1', startedAt: NOW - 1 },
    previous: { regime, driver: 'gdacs:TC:1', generated_at: LAST_RUN },
    now: NOW,
    ...overrides,
  });
}

describe('nextRegime', () => {
  it.each([
    [0, 'normal'],
    [0.333, 'normal'],
    [1 / 3, 'watch'],
    [0.499, 'watch'],
    [0.5, 'alert'],
    [2 / 3, 'alert'],
    [0.999, 'alert'],
    [1, 'emergency'],
    [null, 'unknown'],
  ])('calls a pressure of %d %s', (score, label) => {
    expect(next({ score, previous: null }).label).toBe(label);
  });

  it('begins without a transition', () => {
    expect(next({ score: 1, previous: null })).toEqual({
      label: 'emergency',
      previous_label: null,
      transitioned_at: null,
      transition_driver: null,
    });
  });

  it('carries the last transition forward while the label holds', () => {
    expect(next({ score: 2 / 3 })).toEqual(ALERT);
  });

  it('rises by the event that set the pressure', () => {
    expect(next({ score: 1 })).toEqual({
      label: 'emergency',
      previous_label: 'alert',
      transitioned_at: NOW - 1,
      transition_driver: 'usgs:us1',
    });
  });

  it('dates a rise by the last run where the event began before it, and never later than the run', () => {
    const at = (startedAt: number) =>
      next({ score: 1, driver: { id: 'usgs:us1', startedAt } }).transitioned_at;
    expect([at(LAST_RUN - 1), at(LAST_RUN + 1), at(NOW + 1)]).toEqual([LAST_RUN, LAST_RUN + 1, NOW]);
    const ahead = { regime: ALERT, driver: null, generated_at: NOW + 5_000 };
    expect(next({ score: 0, driver: null, previous: ahead }).transitioned_at).toBe(NOW);
  });

  it('falls by the end of the event that had set the pressure, dated by the last run', () => {
    for (const fall of [{ score: 1 / 3 }, { score: 0, driver: null }]) {
      expect(next(fall)).toMatchObject({ transition_driver: 'gdacs:TC:1', transitioned_at: LAST_RUN });
    }
  });

  it('becomes unknown for want of hearing', () => {
    expect(next({ score: null, driver: null })).toMatchObject({
      label: 'unknown',
      previous_label: 'alert',
      transition_driver: 'not-heard',
    });
  });

  it('leaves unknown according to the answers', () => {
    const unknown: Regime = { ...ALERT, label: 'unknown' };
    expect(next({ score: 0, driver: null }, unknown)).toMatchObject({
      label: 'normal',
      previous_label: 'unknown',
      transition_driver: 'no-hazard',
    });
    expect(next({ score: 0.5 }, unknown)).toMatchObject({ label: 'alert', transition_driver: 'usgs:us1' });
  });
});
