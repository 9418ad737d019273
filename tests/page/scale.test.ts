import { describe, expect, it } from 'vitest';
import { linear, ticks } from '../../public/app/scale.js';

describe('linear', () => {
  it('maps a domain to a range, also a falling one', () => {
    const y = linear([0, 1], [60, 0]);
    expect([y(0), y(0.25), y(1)]).toEqual([60, 45, 0]);
  });

  it('stays within the range', () => {
    const x = linear([10, 20], [0, 300]);
    expect([x(5), x(25)]).toEqual([0, 300]);
  });

  it('puts everything at the start when the domain has no extent', () => {
    expect(linear([5, 5], [0, 300])(5)).toBe(0);
  });
});

describe('ticks', () => {
  it.each([
    [1546, [0, 500, 1000, 1500]],
    [312, [0, 100, 200, 300]],
    [50_000, [0, 10_000, 20_000, 30_000, 40_000, 50_000]],
    [7, [0, 2, 4, 6]],
    [0, [0]],
  ])('divides 0 to %d into %j', (max, expected) => {
    expect(ticks(max, 6)).toEqual(expected);
  });

  it('is never more than asked for', () => {
    for (let max = 1; max < 100_000; max = Math.ceil(max * 1.13)) {
      expect(ticks(max, 6).length).toBeLessThanOrEqual(6);
      expect(ticks(max, 6).length).toBeGreaterThan(2);
    }
  });
});
