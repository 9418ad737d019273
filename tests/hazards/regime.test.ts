import { describe, expect, it } from 'vitest';
import { nextRegime, regimeOfHead } from '../../lib/hazards/regime.js';
import type { Regime } from '../../lib/hazards/snapshot.js';
import type { SnapshotHead } from '../../lib/runs/snapshot.js';
import { NOW } from './support/rows.js';

const ALERT: Regime = {
  label: 'alert',
  previous_label: 'watch',
  transitioned_at: NOW - 90_000_000,
  transition_driver: 'gdacs:TC:1',
};

function next(overrides: Partial<Parameters<typeof nextRegime>[0]>) {
  return nextRegime({
    score: 0.5,
    driver: 'usgs:us1',
    inputMissing: false,
    previous: ALERT,
    since: NOW,
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
      transitioned_at: NOW,
      transition_driver: 'usgs:us1',
    });
  });

  it('falls, and names what still sets the pressure', () => {
    expect(next({ score: 1 / 3 })).toMatchObject({ label: 'watch', transition_driver: 'usgs:us1' });
  });

  it('falls to normal for want of a hazard', () => {
    expect(next({ score: 0, driver: null })).toMatchObject({
      label: 'normal',
      transition_driver: 'no-hazard',
    });
  });

  it('does not fall while an input is missing', () => {
    expect(next({ score: 0, driver: null, inputMissing: true })).toEqual(ALERT);
  });

  it('rises while an input is missing', () => {
    expect(next({ score: 1, inputMissing: true })).toMatchObject({
      label: 'emergency',
      previous_label: 'alert',
    });
  });

  it('does not fall to unknown when nothing answers', () => {
    expect(next({ score: null, driver: null })).toEqual(ALERT);
  });

  it('leaves unknown for anything that is known, also while an input is missing', () => {
    const previous: Regime = { ...ALERT, label: 'unknown' };
    expect(next({ score: 0, inputMissing: true, previous })).toMatchObject({
      label: 'normal',
      previous_label: 'unknown',
      transitioned_at: NOW,
    });
  });
});

describe('regimeOfHead', () => {
  const head: SnapshotHead = { id: 'x', generated_at: NOW, hash: 'h', regime: ALERT, pressure_score: 0.5 };

  it('is that of the head', () => {
    expect(regimeOfHead(head)).toEqual(ALERT);
  });

  it('is none without a head, without a regime, or with a label that is not ours', () => {
    expect(regimeOfHead(null)).toBeNull();
    expect(regimeOfHead({ ...head, regime: null })).toBeNull();
    expect(regimeOfHead({ ...head, regime: { ...ALERT, label: 'simmering' } })).toBeNull();
  });
});
