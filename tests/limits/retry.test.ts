import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeLimit } from '../../lib/limits/deadline.js';
import { backoffMs, waitWithin } from '../../lib/limits/retry.js';

const POLICY = { attempts: 5, baseMs: 100, capMs: 700 };
const ALMOST_ONE = 1 - Number.EPSILON / 2;

function limitOf(remainingMs: number, signal = new AbortController().signal): TimeLimit {
  return { signal, remainingMs: () => remainingMs };
}

describe('backoffMs', () => {
  it('doubles the upper bound of the wait with every attempt, up to the cap', () => {
    const bounds = [1, 2, 3, 4, 5, 2_000].map((attempt) =>
      Math.ceil(backoffMs(POLICY, attempt, () => ALMOST_ONE)),
    );
    expect(bounds).toEqual([100, 200, 400, 700, 700, 700]);
  });

  it('draws evenly from nothing to the upper bound', () => {
    expect([0, 0.25, 0.5].map((drawn) => backoffMs(POLICY, 2, () => drawn))).toEqual([0, 50, 100]);
  });

  it('is a wait within base and cap for every policy, attempt and draw', () => {
    const policies = fc.record({ attempts: fc.nat(), baseMs: fc.nat(), capMs: fc.nat() });
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 1_000 }), draws, (policy, attempt, drawn) => {
        const ms = backoffMs(policy, attempt, () => drawn);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(policy.capMs);
        if (attempt === 1) expect(ms).toBeLessThanOrEqual(policy.baseMs);
      }),
    );
  });
});

describe('waitWithin', () => {
  const HOUR_MS = 3_600_000;

  it('waits when there is time', async () => {
    expect(await waitWithin(0, limitOf(1))).toBe(true);
  });

  it.each([
    ['the limit would pass first', HOUR_MS, 60_000],
    ['nothing could follow the wait', HOUR_MS, HOUR_MS],
    ['no time is left at all', 0, 0],
  ])('does not begin to wait when %s', async (_name, waitMs, remainingMs) => {
    expect(await waitWithin(waitMs, limitOf(remainingMs))).toBe(false);
  });

  it('does not begin to wait when the limit has passed', async () => {
    expect(await waitWithin(HOUR_MS, limitOf(2 * HOUR_MS, AbortSignal.abort()))).toBe(false);
  });

  it('stops waiting when the limit passes early', async () => {
    const controller = new AbortController();
    const waited = waitWithin(HOUR_MS, limitOf(2 * HOUR_MS, controller.signal));
    controller.abort();
    expect(await waited).toBe(false);
  });
});
