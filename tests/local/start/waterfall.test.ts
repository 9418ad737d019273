import { describe, expect, it } from 'vitest';
import { drawAxis, drawBar } from '../../../local/start/regions.js';
import { createPaint } from '../../../local/start/text.js';

const plain = createPaint(false);
const bar = (startMs: number, claimMs: number, commitMs: number, endMs = 100) =>
  drawBar({ startMs, claimMs, commitMs }, endMs, 10, plain);

describe('drawBar', () => {
  it.each([
    ['in proportion', bar(20, 30, 50), '··▒▒▒█████'],
    ['without a commit', bar(0, 50, 0), '▒▒▒▒▒'],
    ['not at all when nothing was sent', bar(30, 0, 0), ''],
    ['at least one character for each part', bar(50, 0.1, 0.1), '·····▒█'],
    ['never beyond the axis', bar(99.9, 0.05, 0.05), '········▒█'],
  ])('draws %s', (_case, drawn, expected) => {
    expect(drawn).toBe(expected);
  });
});

it('draws nothing in a run that took no time', () => {
  const span = { startMs: 0, claimMs: 0, commitMs: 0 };
  expect(drawBar(span, 0, 10, createPaint(true))).toBe('');
});

it('labels both ends of the axis', () => {
  expect(drawAxis(1234.4, 12)).toBe('0   1,234 ms');
});
