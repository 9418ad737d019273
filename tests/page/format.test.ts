import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatExact,
  formatMinute,
  formatRelative,
  formatScore,
  formatSpan,
  formatTicks,
  listWords,
  plural,
} from '../../public/app/format.js';

const NOW = Date.UTC(2026, 7, 3, 14, 20, 31);
const SECOND = 1000;
const HOUR = 3600 * SECOND;

describe('formatRelative', () => {
  it.each([
    [NOW, 'just now'],
    [NOW - 12 * SECOND, '12 s ago'],
    [NOW - 59 * 60 * SECOND, '59 min ago'],
    [NOW - 47 * HOUR, '47 h ago'],
    [NOW - 49 * HOUR, '2 d ago'],
    [NOW + 3 * HOUR, 'in 3 h'],
  ])('says %i as %s', (then, text) => {
    expect(formatRelative(then, NOW)).toBe(text);
  });
});

describe('formatSpan', () => {
  it('rounds down: 59.9 minutes are not an hour', () => {
    expect(formatSpan(HOUR - 1)).toBe('59 min');
  });
});

describe('formatExact', () => {
  it('names the second and the zone', () => {
    expect(formatExact(NOW)).toBe('2026-08-03 14:20:31 UTC');
  });

  it('shows nothing for an invalid date', () => {
    expect(formatExact(9e15)).toBe('–');
  });
});

describe('formatMinute', () => {
  it('names the zone', () => {
    expect(formatMinute(NOW)).toBe('3 Aug 14:20 UTC');
  });
});

describe('formatTicks', () => {
  it.each([
    [[0], ['0']],
    [
      [0, 100, 200],
      ['0', '100 ms', '200 ms'],
    ],
    [
      [0, 500, 1000, 1500],
      ['0', '0.5 s', '1.0 s', '1.5 s'],
    ],
    [
      [0, 20_000, 40_000],
      ['0', '20 s', '40 s'],
    ],
  ])('writes %j in one unit', (ticks, texts) => {
    expect(formatTicks(ticks)).toEqual(texts);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1550, '1.55 s'],
    [1500, '1.50 s'],
    [20_840, '20.8 s'],
    [50_000, '50 s'],
  ])('says %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatScore', () => {
  it('distinguishes a score of 0 from no score', () => {
    expect([formatScore(0), formatScore(null)]).toEqual(['0.00', '–']);
  });
});

describe('words', () => {
  it('counts in singular and plural', () => {
    expect([plural(1, 'run'), plural(2, 'run'), plural(0, 'retry', 'retries')]).toEqual([
      '1 run',
      '2 runs',
      '0 retries',
    ]);
  });

  it('joins with commas and an "and"', () => {
    expect([listWords([]), listWords(['a']), listWords(['a', 'b']), listWords(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
