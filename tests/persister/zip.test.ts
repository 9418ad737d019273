import { describe, expect, it } from 'vitest';
import { zip } from '../../lib/persister/lane.js';

describe('zip', () => {
  it('pairs item with item, undefined ones too', () => {
    expect(zip(['a', 'b'], [1, undefined])).toEqual([
      ['a', 1],
      ['b', undefined],
    ]);
    expect(zip([], [])).toEqual([]);
  });

  it.each([
    [['a'], []],
    [[], [1]],
  ])('refuses to pair %j with %j', (a, b) => {
    expect(() => zip<unknown, unknown>(a, b)).toThrow(RangeError);
  });
});
