import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import { RegionsAnswerSchema } from '../../lib/web/answers.js';
import { HistoryQuerySchema } from '../../lib/web/read.js';
import { createReader, type Reader, type ReaderDeps } from '../../lib/web/reader.js';
import type { Fault } from '../../local/upstash/fault-rules.js';
import { createFakeClock } from '../support/fake-clock.js';
import { persist } from '../support/persist.js';
import { makeReport } from '../support/reports.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterEach(() => vi.useRealTimers());
afterAll(() => harness.close());

const DAY_MS = 86_400_000;
/** Where attempts are counted, a busy machine must not cut them short. */
const PATIENT = { limitMs: 60_000 };

const reader = (deps: Partial<ReaderDeps> = {}): Reader =>
  createReader({ store: harness.store(), random: () => 0, ...deps });
const history = (query: Record<string, string> = {}, deps: Partial<ReaderDeps> = {}) =>
  reader(deps).history('mena', HistoryQuerySchema.parse(query));

function succeed<T>(result: T | StoreError): T {
  if (result instanceof StoreError) throw result;
  return result;
}

describe('regions', () => {
  it('lists all regions in order, with the heads that there are', async () => {
    const snapshot = makeSnapshot('europe');
    await persist(harness, [snapshot]);

    const { regions } = RegionsAnswerSchema.parse(await reader().regions());

    expect(regions.map(({ regionId }) => regionId)).toEqual([...REGION_IDS]);
    expect(regions[2]).toEqual({
      regionId: 'europe',
      label: 'Europe & Central Asia',
      note: expect.stringContaining('Includes all of Russia'),
      head: {
        id: snapshot.meta.snapshot_id,
        generatedAt: NOW,
        regime: {
          label: 'watch',
          previousLabel: 'normal',
          transitionedAt: 1_780_000_000_000,
          transitionDriver: 'x',
        },
        pressureScore: 0.5,
      },
    });
    expect(regions.filter(({ head }) => head === null)).toHaveLength(7);
  });

  it('answers the head of a snapshot that has no regime', async () => {
    await persist(harness, [{ ...makeSnapshot('mena'), regime: 'a word', pressure: undefined }]);

    expect(succeed(await reader().regions()).regions[0]?.head).toMatchObject({
      regime: null,
      pressureScore: null,
    });
  });
});

describe('history', () => {
  it('answers entries with what a chart needs, and no next link when there is no more', async () => {
    await persist(harness, [makeSnapshot('mena', { id: 'abc' })]);

    expect(await history()).toEqual({
      regionId: 'mena',
      entries: [{ id: 'abc', generatedAt: NOW, regimeLabel: 'watch', pressureScore: 0.5 }],
      next: null,
    });
  });

  it('goes on with the cursor of the page before', async () => {
    await persist(harness, [
      makeSnapshot('mena', { id: 'a', content: 'a' }),
      makeSnapshot('mena', { id: 'b', content: 'b' }),
    ]);
    const asked = { from: `${NOW}`, to: `${NOW}`, limit: '1' };

    const first = succeed(await history(asked));
    const { from, limit } = asked;
    const second = succeed(await history({ from, limit, cursor: first.next ?? '' }));

    expect([first, second].map(({ entries }) => entries.map(({ id }) => id))).toEqual([['b'], ['a']]);
    expect(second.next).toBeNull();
  });

  it.each([{}, { from: '0' }])('returns nothing older than 90 days, with %j', async (query) => {
    await persist(harness, [makeSnapshot('mena')]);
    const at = (now: number) => ({ clock: createFakeClock(now) });

    const [before, after] = [
      await history(query, at(NOW + 90 * DAY_MS)),
      await history(query, at(NOW + 90 * DAY_MS + 1)),
    ];

    expect([succeed(before).entries.length, succeed(after).entries.length]).toEqual([1, 0]);
  });
});

describe('runs', () => {
  it('answers the reports newest first, and how many it could not read', async () => {
    await harness.redis.rPush(keys.runs, [JSON.stringify(makeReport({ runId: 'a' })), '{']);

    expect(await reader().runs()).toEqual({ runs: [makeReport({ runId: 'a' })], unreadable: 1 });
  });
});

describe('health', () => {
  it('is ok after all regions were stored, and stale 8 hours later', async () => {
    await persist(
      harness,
      REGION_IDS.map((id) => makeSnapshot(id)),
    );

    expect(await reader().health()).toMatchObject({ status: 'ok' });
    const clock = createFakeClock(NOW + DAY_MS / 3);
    expect(await reader({ clock }).health()).toMatchObject({ status: 'stale' });
  });

  it('is an answer even when the store cannot be reached', async () => {
    harness.setFaults([{ fault: { kind: 'drop-before' } }]);

    expect(await reader().health()).toMatchObject({ status: 'unreachable' });
  });
});

const READS: [string, (reader: Reader) => Promise<unknown>][] = [
  ['regions', (reader) => reader.regions()],
  ['latest', (reader) => reader.latest('mena')],
  ['history', (reader) => reader.history('mena', HistoryQuerySchema.parse({}))],
  ['snapshot', (reader) => reader.snapshot('abc')],
  ['runs', (reader) => reader.runs()],
  ['health', (reader) => reader.health()],
];

describe.each(READS)('%s', (name, read) => {
  it('takes one request', async () => {
    await read(reader(PATIENT));

    expect(harness.gateway.stats.requests).toBe(1);
  });

  it.each<Fault>([
    { kind: 'drop-before' },
    { kind: 'slot-error', error: 'LOADING Redis is loading the dataset in memory' },
    { kind: 'refusal', error: 'LOADING Redis is loading the dataset in memory' },
  ])('is asked again after a request that failed: $kind', async (fault) => {
    harness.setFaults([{ match: { nth: 1 }, fault }]);

    expect(await read(reader(PATIENT))).not.toBeInstanceOf(StoreError);
    expect(harness.gateway.stats.requests).toBe(2);
  });

  it('gives up after three requests that failed', async () => {
    harness.setFaults([{ fault: { kind: 'status', status: 500 } }]);

    const result = await read(reader(PATIENT));

    expect(name === 'health' || result instanceof StoreError).toBe(true);
    expect(harness.gateway.stats.requests).toBe(3);
  });

  it('gives up after 3 seconds on a store that does not answer, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    const clock = createFakeClock();
    const hanging = hangingStore();

    const asked = read(reader({ store: hanging.store, clock }));
    clock.advance(2_999);
    expect(hanging.ended()).toBe(0);
    clock.advance(1);

    const result = await asked;
    expect(name === 'health' || result instanceof StoreError).toBe(true);
    expect(hanging.ended()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A store that answers nothing. `ended` counts the requests that their signal has ended. */
function hangingStore() {
  let ended = 0;
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        ended += 1;
        reject(new StoreError('store-timeout', 'the store did not answer in time', { retryable: true }));
      });
    });
  const store: ReaderDeps['store'] = {
    heads: (_regionIds, signal) => hang(signal),
    pulse: (_regionIds, _most, signal) => hang(signal),
    memories: (_regionIds, signal) => hang(signal),
    snapshots: (_ids, signal) => hang(signal),
    entities: hang,
    latest: (_regionId, signal) => hang(signal),
    history: (_regionId, _range, signal) => hang(signal),
    snapshot: (_id, signal) => hang(signal),
    reports: (_list, signal) => hang(signal),
    newest: (_entity, signal) => hang(signal),
    remove: (_removal, signal) => hang(signal),
  };
  return { store, ended: () => ended };
}

describe('the limit of a read', () => {
  /** A store of which only the runs are asked. */
  const storeOf = (reports: ReaderDeps['store']['reports']) => ({ ...harness.store(), reports });

  it('leaves no timer behind when the store answers', async () => {
    vi.useFakeTimers();

    await reader({ store: storeOf(async () => []) }).runs();

    expect(vi.getTimerCount()).toBe(0);
  });

  it('is 3 seconds for all attempts together', async () => {
    vi.useFakeTimers();
    const clock = createFakeClock();
    let attempts = 0;
    const store = storeOf(async () => {
      attempts += 1;
      clock.advance(1_500);
      throw new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });
    });

    expect(await reader({ store, clock }).runs()).toMatchObject({ code: 'store-timeout' });
    expect(attempts).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
