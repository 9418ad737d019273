import { describe, expect, it } from 'vitest';
import {
  highestScore,
  pointAt,
  readTrend,
  trendGaps,
  trendLine,
  trendSteps,
} from '../../public/app/trend.js';

const HOUR = 3_600_000;
const point = (hour: number, score: number | null, label: string | null = 'normal') => ({
  id: `s${hour}`,
  at: hour * HOUR,
  score,
  label,
});

describe('readTrend', () => {
  it('reads the entries, and leaves out what has no time', () => {
    const entries = [
      { id: 'a', generatedAt: 5, regimeLabel: 'watch', pressureScore: 0.4 },
      { id: 'b', regimeLabel: 'watch' },
      null,
      { id: 'c', generatedAt: 3, regimeLabel: null, pressureScore: null },
    ];
    expect(readTrend({ entries })).toEqual([
      { id: 'a', at: 5, score: 0.4, label: 'watch' },
      { id: 'c', at: 3, score: null, label: null },
    ]);
  });

  it.each([null, 'x', [], { entries: {} }])('finds nothing in %j', (json) => {
    expect(readTrend(json)).toEqual([]);
  });

  it('does not draw a score that is none', () => {
    const entries = [{ id: 'a', generatedAt: 1, pressureScore: 7 }];
    expect(readTrend({ entries })[0]?.score).toBeNull();
  });
});

describe('trendSteps', () => {
  it('lets a value hold until the next snapshot', () => {
    expect(trendSteps([point(0, 0.5, 'alert'), point(6, 0)], 10 * HOUR)).toEqual([
      { from: 0, to: 6 * HOUR, score: 0.5, regime: 'alert' },
      { from: 6 * HOUR, to: 10 * HOUR, score: 0, regime: 'normal' },
    ]);
  });

  it('lets no value hold for longer than half a day: a time without runs is a gap', () => {
    const steps = trendSteps([point(0, 0.5), point(48, 0.5)], 100 * HOUR);
    expect(steps.map(({ from, to }) => [from / HOUR, to / HOUR])).toEqual([
      [0, 12],
      [48, 60],
    ]);
  });

  it('makes a gap of what is not known, not a zero', () => {
    const steps = trendSteps([point(0, 0.5), point(6, null), point(12, 0.5)], 18 * HOUR);
    expect(steps.map(({ from, to, score }) => [from / HOUR, to / HOUR, score])).toEqual([
      [0, 6, 0.5],
      [12, 18, 0.5],
    ]);
  });

  it('makes one step of equal neighbours, and two where only the regime differs', () => {
    const points = [point(0, 0), point(6, 0), point(12, 0, 'watch')];
    expect(trendSteps(points, 18 * HOUR).map(({ to }) => to / HOUR)).toEqual([12, 18]);
  });
});

describe('trendLine', () => {
  it('is one stroke for each stretch without a gap', () => {
    const steps = trendSteps([point(0, 0), point(6, 1), point(48, 0)], 54 * HOUR);
    const d = trendLine(
      steps,
      (time) => time / HOUR,
      (score) => 10 - score * 10,
    );
    expect(d).toBe('M0 10H6V0H18M48 10H54');
  });
});

describe('trendGaps', () => {
  it('are what lies between the steps, and after the last', () => {
    const steps = trendSteps([point(0, 0), point(48, 0)], 72 * HOUR);
    expect(trendGaps(steps, 0, 72 * HOUR).map(({ from, to }) => [from / HOUR, to / HOUR])).toEqual([
      [12, 48],
      [60, 72],
    ]);
  });

  it('begin before the first step only when it came late', () => {
    const gapsBefore = (hour: number) =>
      trendGaps(trendSteps([point(hour, 0)], 80 * HOUR), 0, (hour + 1) * HOUR);
    expect([gapsBefore(6), gapsBefore(48)]).toEqual([[], [{ from: 0, to: 48 * HOUR }]]);
  });
});

describe('highestScore', () => {
  it('looks past what is not known', () => {
    expect([highestScore([point(0, null), point(1, 0.5)]), highestScore([point(0, null)])]).toEqual([
      0.5,
      null,
    ]);
  });
});

describe('pointAt', () => {
  const points = [point(6, 0), point(12, 0), point(18, 0)];

  it.each([
    [0, 0],
    [6, 0],
    [11, 0],
    [12, 1],
    [99, 2],
  ])('hour %d is that of point %d', (hour, index) => {
    expect(pointAt(points, hour * HOUR)).toBe(index);
  });

  it('is −1 without points', () => {
    expect(pointAt([], 0)).toBe(-1);
  });
});
