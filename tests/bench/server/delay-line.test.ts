import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDelayLine } from './delay-line.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function lineOf(delayMs: number) {
  const arrived: string[] = [];
  return { arrived, line: createDelayLine<string>(delayMs, (item) => arrived.push(item)) };
}

describe('createDelayLine', () => {
  it('lets each arrive after the delay and not before', () => {
    const { arrived, line } = lineOf(50);
    line.send('a');
    vi.advanceTimersByTime(30);
    line.send('b');

    vi.advanceTimersByTime(19);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual(['a']);
    vi.advanceTimersByTime(30);
    expect(arrived).toEqual(['a', 'b']);
  });

  it('lets nothing overtake what was held up', () => {
    const { arrived, line } = lineOf(50);
    line.send('opening', 100);
    line.send('next');

    vi.advanceTimersByTime(149);
    expect(arrived).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(arrived).toEqual(['opening', 'next']);
  });

  it('is no distance without a delay', () => {
    const { arrived, line } = lineOf(0);
    line.send('a');

    expect(arrived).toEqual(['a']);
  });

  it('drops what is under way when it is closed', () => {
    const { arrived, line } = lineOf(50);
    line.send('a');
    line.close();
    vi.advanceTimersByTime(100);

    expect(arrived).toEqual([]);
  });
});
