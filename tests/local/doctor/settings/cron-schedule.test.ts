import { describe, expect, it } from 'vitest';
import { largestGapMs, parseSchedule } from '../../../../local/doctor/settings/vercel-json.js';

const HOUR_MS = 3_600_000;

function gapHours(...expressions: string[]): number {
  return largestGapMs(expressions.flatMap((expression) => parseSchedule(expression) ?? [])) / HOUR_MS;
}

describe('largestGapMs', () => {
  it.each([
    [['0 0 * * *', '0 6 * * *', '0 12 * * *', '0 18 * * *'], 6],
    [['0 0 * * *', '0 6 * * *', '0 18 * * *'], 12],
    [['0 */6 * * *'], 6],
    [['0 0 * * *'], 24],
    // A second tick of a slot makes up for the first.
    [['0 0,1,6,7,12,13,18,19 * * *'], 6],
    [['0 0,5,11 * * *'], 13],
    [['30 1,2-4 * * *'], 24],
    [['0 5/10 * * *'], 14],
    [['0 0 * * 1'], 7 * 24],
    [['0 0 * * 1-5'], 3 * 24],
    [['0 0 31 * *'], 61 * 24],
    [['0 0 1 1 *'], 366 * 24],
    [['0 0 29 2 *'], Number.POSITIVE_INFINITY],
    [['0 0 30 2 *'], Number.POSITIVE_INFINITY],
    [[], Number.POSITIVE_INFINITY],
  ])('%j: %s h', (expressions, hours) => {
    expect(gapHours(...expressions)).toBe(hours);
  });
});

describe('parseSchedule', () => {
  it('lists the minutes of a day in order', () => {
    expect(parseSchedule('30,0 12,6 * * *')?.minutes).toEqual([360, 390, 720, 750]);
  });

  it.each(['', '* * * *', '* * * * * *', '60 * * * *', '0 24 * * *', '0 0 0 * *', '0 0 * 13 *', '0 0 * * 7'])(
    'refuses %j',
    (expression) => {
      expect(parseSchedule(expression)).toBeNull();
    },
  );

  it.each(['0 0 * * MON', '0 0 1 * 1', '0 5-2 * * *', '*/0 * * * *', '0 0 1, * *', '@daily'])(
    'refuses %j',
    (expression) => {
      expect(parseSchedule(expression)).toBeNull();
    },
  );
});
