import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryPage, HistoryRange } from '../../../lib/persister/upstash/lists.js';
import { persist } from '../../support/persist.js';
import { makeSnapshot, NOW } from '../../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const signal = new AbortController().signal;
const KEY = keys.trend('mena');

function history(range: Partial<HistoryRange> = {}) {
  return harness.store().history('mena', { from: 0, to: null, after: null, limit: 50, ...range }, signal);
}

/** Puts points into the trend as a commit does, by id and time. */
async function addPoints(points: Readonly<Record<string, number>>): Promise<void> {
  const members = Object.entries(points).map(([id, score]) => ({ score, value: memberOf(id) }));
  if (members.length > 0) await harness.redis.zAdd(KEY, members);
}

const memberOf = (id: string) => JSON.stringify({ id, regime_label: 'watch', pressure_score: 0.5 });

const idsOf = ({ members }: HistoryPage): string[] => members.map(({ text }) => JSON.parse(text).id);

/** Follows the cursors to the end. @param between is done after each page */
async function walk(range: Partial<HistoryRange>, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page: HistoryPage = await history({ ...range, after });
    pages.push(idsOf(page));
    after = page.next;
    await between();
  } while (after !== null);
  return pages;
}

describe('history', () => {
  it('reads what commits left, newest first, with one command', async () => {
    const [older, newer] = [
      makeSnapshot('mena', { id: 'older', generatedAt: NOW - 1, content: 'before' }),
      makeSnapshot('mena', { id: 'newer' }),
    ];
    await persist(harness, [older, newer, makeSnapshot('europe')]);
    harness.gateway.clear();

    expect(await history()).toEqual({
      members: [
        { text: memberOf('newer'), at: NOW },
        { text: memberOf('older'), at: NOW - 1 },
      ],
      next: null,
    });
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it('is empty where nothing is stored', async () => {
    expect(await history()).toEqual({ members: [], next: null });
  });

  it.each<[string, Partial<HistoryRange>, string[]]>([
    ['from and to, both inclusive', { from: 20, to: 30 }, ['c', 'b']],
    ['from alone', { from: 30 }, ['d', 'c']],
    ['to alone', { to: 10 }, ['a']],
    ['an empty range', { from: 30, to: 20 }, []],
  ])('keeps to %s', async (_, range, expected) => {
    await addPoints({ a: 10, b: 20, c: 30, d: 40 });

    expect(idsOf(await history(range))).toEqual(expected);
  });

  it('gives a cursor only while there is more', async () => {
    await addPoints({ a: 10, b: 20 });

    expect((await history({ limit: 1 })).next).toMatch(/^20-[0-9a-f]{12}$/);
    expect((await history({ limit: 2 })).next).toBeNull();
  });

  it('takes one request for every page', async () => {
    await addPoints({ a: 10, b: 10, c: 10 });

    expect(await walk({ limit: 1 })).toEqual([['c'], ['b'], ['a']]);
    expect(harness.gateway.stats.requests).toBe(3);
  });

  it('goes on below the bound, not above it, after a cursor that is older than from', async () => {
    await addPoints({ a: 10, b: 20, c: 30 });
    const { next } = await history({ limit: 2 });

    expect(await history({ after: next, from: 25 })).toEqual({ members: [], next: null });
  });

  it('loses and doubles nothing, whatever shares a time and however it is cut into pages', async () => {
    const points = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z0-9._-]{1,4}$/), fc.nat(5)), {
      selector: ([id]) => id,
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(points, fc.integer({ min: 1, max: 7 }), fc.nat(5), async (stored, limit, from) => {
        await harness.reset();
        await addPoints(Object.fromEntries(stored));

        const pages = await walk({ limit, from });

        const expected = stored.filter(([, at]) => at >= from).toSorted(newestFirst);
        expect(pages.flat()).toEqual(expected.map(([id]) => id));
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
      }),
      { numRuns: 60 },
    );
  });

  it('loses and doubles nothing of what was there when others arrive between the pages', async () => {
    await addPoints({ a: 10, c: 10, e: 10, g: 10 });
    const arriving = ['h', 'f', 'b', 'd'];

    const pages = await walk({ limit: 1 }, async () => {
      const id = arriving.shift();
      if (id !== undefined) await addPoints({ [id]: 10 });
    });

    const seen = pages.flat();
    expect(seen.filter((id) => 'aceg'.includes(id))).toEqual(['g', 'e', 'c', 'a']);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('answers with members as they are, whatever they hold', async () => {
    await addPoints({ a: 10 });
    await harness.redis.zAdd(KEY, [{ score: 20, value: '{' }]);

    expect((await history()).members).toEqual([
      { text: '{', at: 20 },
      { text: memberOf('a'), at: 10 },
    ]);
  });

  it.each(['', 'x', '10', '10-zz', '-1-000000000000'])('refuses the cursor %j', async (after) => {
    await expect(history({ after })).rejects.toThrow(RangeError);
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it('throws when the trend is of the wrong type', async () => {
    await harness.redis.set(KEY, 'a string');

    await expect(history()).rejects.toMatchObject({ code: 'redis-wrongtype' });
  });
});

/** As the index orders them: by time, then by id. */
function newestFirst([idA, a]: readonly [string, number], [idB, b]: readonly [string, number]): number {
  return b - a || (memberOf(idA) < memberOf(idB) ? 1 : -1);
}
