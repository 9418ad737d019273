import { afterEach, describe, expect, it } from 'vitest';
import { SPANS, type SpanEvent, span } from '../../lib/limits/spans.js';

const heard: [string, SpanEvent][] = [];
const hear = (what: string) => (event: SpanEvent) => void heard.push([what, { ...event }]);
const subscribers = {
  start: hear('start'),
  end: hear('end'),
  asyncStart: hear('asyncStart'),
  asyncEnd: hear('asyncEnd'),
  error: hear('error'),
};
afterEach(() => {
  SPANS.unsubscribe(subscribers);
  heard.length = 0;
});

describe('span', () => {
  it('only does the work where nobody subscribes', async () => {
    const answer = await span('a', { input: 'usgs' }, async (opened) => {
      opened.set({ events: 3 });
      opened.fail(['deadline']);
      return 'answer';
    });

    expect(SPANS.hasSubscribers).toBe(false);
    expect(answer).toBe('answer');
  });

  it('publishes what is known at its start and at its end', async () => {
    SPANS.subscribe(subscribers);
    const answer = await span('a', { input: 'usgs' }, async (opened) => {
      await Promise.resolve();
      opened.set({ events: 3 });
      opened.fail(['deadline']);
      return 'answer';
    });

    expect(answer).toBe('answer');
    expect(heard.map(([what]) => what)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
    expect(heard[0]?.[1]).toMatchObject({ name: 'a', attributes: { input: 'usgs' }, codes: [] });
    expect(heard[3]?.[1]).toMatchObject({
      name: 'a',
      attributes: { input: 'usgs', events: 3 },
      codes: ['deadline'],
    });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('a bug'))],
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
  ])('has an end as well when its work %s', async (_how, work) => {
    SPANS.subscribe(subscribers);

    await expect(span('a', {}, work)).rejects.toThrow('a bug');

    expect(heard.map(([what]) => what)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    expect('error' in (heard[4]?.[1] ?? {})).toBe(true);
  });

  it('begins its work inside all who ask to be around it', async () => {
    const order: string[] = [];
    const around = (who: string) => (event: SpanEvent) => {
      event.around.push((work) => {
        order.push(`${who} in`);
        const begun = work();
        order.push(`${who} out`);
        return begun;
      });
    };
    const both = [around('a'), around('b')].map((start) => ({ ...subscribers, start }));
    for (const one of both) SPANS.subscribe(one);
    const answer = await span('a', {}, async () => {
      order.push('work');
      return 'answer';
    });
    for (const one of both) SPANS.unsubscribe(one);

    expect(answer).toBe('answer');
    expect(order).toEqual(['b in', 'a in', 'work', 'a out', 'b out']);
  });
});
