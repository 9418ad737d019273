import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RETENTION_MS, type SnapshotRecord } from '../../../lib/persister/record.js';
import { DEDUP_WINDOW_MS } from '../../../lib/persister/upstash/publish.js';
import { answeringTransport } from '../../support/answering-transport.js';
import { recordOf } from '../../support/records.js';
import { makeSnapshot, NOW } from '../../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const signal = new AbortController().signal;
const FENCE = 'claim:mine.1';

function prepare(...args: Parameters<typeof makeSnapshot>): SnapshotRecord {
  const snapshot = makeSnapshot(...args);
  // Ready for the store whatever its age: what the store does with old ones is tested here.
  return recordOf(snapshot, snapshot.generated_at);
}

async function publish(snapshot: SnapshotRecord, held: string | null = FENCE, retentionMs?: number) {
  const dedup = keys.dedup(snapshot.entity, snapshot.hash);
  if (held !== null) await harness.redis.set(dedup, held);
  const store = harness.store(retentionMs === undefined ? {} : { retentionMs });
  const [reply] = await store.publish([{ record: snapshot, fence: FENCE }], signal);
  return reply;
}

/** All keys with their values. */
async function keySpace(): Promise<Record<string, unknown>> {
  const names = (await harness.redis.keys('*')).toSorted();
  const entries = await Promise.all(
    names.map(async (name) => {
      const isSet = (await harness.redis.type(name)) === 'zset';
      return [
        name,
        isSet ? await harness.redis.zRangeWithScores(name, 0, -1) : await harness.redis.get(name),
      ];
    }),
  );
  return Object.fromEntries(entries);
}

describe('publish', () => {
  it('stores a claimed snapshot under all its keys and turns the claim into the id', async () => {
    const snapshot = prepare('mena', { generatedAt: NOW });

    expect(await publish(snapshot)).toEqual({ status: 'stored' });

    expect(await keySpace()).toEqual({
      [keys.dedup('mena', snapshot.hash)]: snapshot.id,
      [keys.snapshotById(snapshot.id)]: snapshot.payload,
      [keys.index('mena')]: [{ value: snapshot.id, score: NOW }],
      [keys.trend('mena')]: [{ value: snapshot.point, score: NOW }],
      [keys.latest('mena')]: snapshot.id,
      [keys.head('mena')]: snapshot.head,
    });
  });

  it('stores what the next run is to remember in the same step, and leaves it where there is nothing', async () => {
    await publish({ ...prepare('mena', { generatedAt: NOW }), memory: '{"slot":"s"}' });
    expect(await harness.redis.get(keys.memory('mena'))).toBe('{"slot":"s"}');
    expect(await harness.redis.pTTL(keys.memory('mena'))).toBeGreaterThan(RETENTION_MS - 60_000);

    // A push has nothing to be remembered.
    await publish(prepare('mena', { generatedAt: NOW + 1, content: 'pushed' }));
    expect(await harness.redis.get(keys.memory('mena'))).toBe('{"slot":"s"}');
  });

  it('does not put what an earlier run remembers over what a later one does', async () => {
    const remembered = (at: number) => JSON.stringify({ generated_at: at });
    const publishAt = async (at: number) => {
      const record = prepare('mena', { generatedAt: at, content: `of ${at}` });
      expect(await publish({ ...record, memory: remembered(at) })).toEqual({ status: 'stored' });
      return await harness.redis.get(keys.memory('mena'));
    };
    expect(await publishAt(NOW + 10_000)).toBe(remembered(NOW + 10_000));
    expect(await publishAt(NOW)).toBe(remembered(NOW + 10_000));
    expect(await publishAt(NOW + 20_000)).toBe(remembered(NOW + 20_000));
  });

  it.each([
    ['cannot be read', '{'],
    ['is a list', '[1]'],
    ['names no time', '{"generated_at":null}'],
    ['is dated ahead by a wrong clock', JSON.stringify({ generated_at: Date.now() + 3_600_000 })],
  ])('puts what a run remembers over what %s', async (_, there) => {
    await harness.redis.set(keys.memory('mena'), there);
    await publish({ ...prepare('mena'), memory: '{"slot":"s"}' });
    expect(await harness.redis.get(keys.memory('mena'))).toBe('{"slot":"s"}');
  });

  it('gives every key its lifetime', async () => {
    const snapshot = prepare('mena', { generatedAt: NOW });
    await publish(snapshot);

    const lifetimes = Object.fromEntries(
      await Promise.all(
        (await harness.redis.keys('*')).map(async (key) => [key, await harness.redis.pTTL(key)]),
      ),
    );
    const dedup = keys.dedup('mena', snapshot.hash);
    for (const [key, ttl] of Object.entries(lifetimes)) {
      const expected = key === dedup ? DEDUP_WINDOW_MS : RETENTION_MS;
      expect(ttl, key).toBeLessThanOrEqual(expected);
      expect(ttl, key).toBeGreaterThan(expected - 60_000);
    }
    expect(Object.keys(lifetimes)).toHaveLength(6);
  });

  it('keeps what is dated ahead as much longer as the index names it', async () => {
    // By the clock of the server, which goes on while other files are tested.
    const snapshot = prepare('mena', { generatedAt: Date.now() + 3_600_000 });
    await publish(snapshot, FENCE, 86_400_000);

    expect(await harness.redis.pTTL(keys.snapshotById(snapshot.id))).toBeGreaterThan(86_400_000 + 3_500_000);
  });

  it('does not cut the life of the index short of what latest names', async () => {
    const ahead = prepare('mena', { generatedAt: Date.now() + 3_600_000 });
    await publish(ahead, FENCE, 86_400_000);
    await publish(prepare('mena', { generatedAt: NOW, content: 'after' }), FENCE, 86_400_000);

    expect(await harness.redis.get(keys.latest('mena'))).toBe(ahead.id);
    for (const key of [keys.index('mena'), keys.trend('mena')]) {
      expect(await harness.redis.pTTL(key), key).toBeGreaterThan(86_400_000 + 3_500_000);
    }
  });

  it.each([
    ['nothing holds the key', null],
    ['another claim holds it', 'claim:theirs.1'],
    ['another request of mine holds it', 'claim:mine.2'],
    ['another id holds it', 'abc-123'],
  ])('is lost and touches nothing when %s', async (_, held) => {
    const snapshot = { ...prepare('mena'), memory: '{"slot":"s"}' };
    if (held !== null) await harness.redis.set(keys.dedup('mena', snapshot.hash), held);
    const before = await keySpace();

    expect(await publish(snapshot, null)).toEqual({ status: 'lost' });
    expect(await keySpace()).toEqual(before);
  });

  it('stores the same once, however often it is repeated', async () => {
    const snapshot = prepare('mena');
    await publish(snapshot);
    const before = await keySpace();

    expect(await publish(snapshot, null)).toEqual({ status: 'stored' });
    expect(await keySpace()).toEqual(before);
  });

  it.each([
    ['the snapshot', (id: string) => harness.redis.del(keys.snapshotById(id))],
    ['its entry in the index', (id: string) => harness.redis.zRem(keys.index('mena'), id)],
  ])('takes no commit for a repeat when the marker and %s are gone', async (_, evict) => {
    const snapshot = prepare('mena');
    await publish(snapshot);
    await harness.redis.del(keys.dedup('mena', snapshot.hash));
    await evict(snapshot.id);
    const before = await keySpace();

    expect(await publish(snapshot, null)).toEqual({ status: 'lost' });
    expect(await keySpace()).toEqual(before);
  });

  it('stores the same again after the dedup window', async () => {
    const snapshot = prepare('mena');
    await publish(snapshot);
    const before = await keySpace();

    expect(await publish(snapshot, FENCE)).toEqual({ status: 'stored' });
    expect(await keySpace()).toEqual(before);
  });

  it('never overwrites another snapshot of the same id', async () => {
    const first = prepare('mena', { id: 'same', content: 'one' });
    await publish(first);
    const second = prepare('mena', { id: 'same', content: 'two' });
    await harness.redis.set(keys.dedup('mena', second.hash), FENCE);
    const before = await keySpace();

    expect(await publish(second, null)).toEqual({ status: 'conflict' });
    expect(await keySpace()).toEqual(before);
  });

  it('adds an older snapshot without moving latest and head back', async () => {
    const newer = prepare('mena', { generatedAt: NOW });
    const older = prepare('mena', { generatedAt: NOW - 1_000, content: 'before' });
    await publish(newer);
    await publish(older);

    expect(await harness.redis.zRange(keys.index('mena'), 0, -1)).toEqual([older.id, newer.id]);
    expect(await harness.redis.get(keys.latest('mena'))).toBe(newer.id);
    expect(await harness.redis.get(keys.head('mena'))).toBe(newer.head);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('decides a tie of %s then %s as the index does', async (first, second) => {
    await publish(prepare('mena', { id: first, content: first }));
    await publish(prepare('mena', { id: second, content: second }));

    expect(await harness.redis.get(keys.latest('mena'))).toBe('b');
  });

  it('takes a head that is too large for absent, whatever it says', async () => {
    const head = { id: 'zzz', generated_at: NOW + 1, hash: 'f00', regime: { label: 'x'.repeat(16_384) } };
    await harness.redis.set(keys.head('mena'), JSON.stringify(head));
    const snapshot = prepare('mena', { generatedAt: NOW });
    await publish(snapshot);

    expect(await harness.redis.get(keys.latest('mena'))).toBe(snapshot.id);
    expect(await harness.redis.get(keys.head('mena'))).toBe(snapshot.head);
    expect(await harness.redis.exists(keys.regimeHistory('mena'))).toBe(0);
  });

  it('keeps the last 100 changes of regime, for as long as snapshots', async () => {
    const key = keys.regimeHistory('mena');
    const before = { id: 'a', generated_at: NOW - 1, regime: { label: 'normal' } };
    await harness.redis.set(keys.head('mena'), JSON.stringify(before));
    await harness.redis.rPush(
      key,
      Array.from({ length: 100 }, (_, i) => `change ${i}`),
    );
    const snapshot = prepare('mena', { generatedAt: NOW });
    await publish(snapshot);

    const [newest = '', ...others] = await harness.redis.lRange(key, 0, -1);
    expect(JSON.parse(newest)).toEqual({
      region_id: 'mena',
      label: 'watch',
      previous_label: 'normal',
      transitioned_at: 1_780_000_000_000,
      transition_driver: 'x',
      snapshot_id: snapshot.id,
    });
    expect([others.length, others.at(-1)]).toEqual([99, 'change 98']);
    const left = await harness.redis.pTTL(key);
    expect(left).toBeLessThanOrEqual(RETENTION_MS);
    expect(left).toBeGreaterThan(RETENTION_MS - 60_000);
  });

  it('prunes index and trend past 90 days, and nothing younger', async () => {
    // By the clock of the server, which goes on while this test runs.
    const oldest = Date.now() - 90 * 86_400_000;
    const [gone, kept] = [
      prepare('mena', { generatedAt: oldest - 1 }),
      prepare('mena', { generatedAt: oldest + 60_000 }),
    ];
    await publish(gone);
    await publish(kept);
    await publish(prepare('mena', { generatedAt: NOW }));

    expect(await harness.redis.zRange(keys.index('mena'), 0, -1)).not.toContain(gone.id);
    expect(await harness.redis.zRange(keys.index('mena'), 0, -1)).toContain(kept.id);
    expect(await harness.redis.zCard(keys.trend('mena'))).toBe(2);
  });

  it.each(['index', 'trend', 'latest', 'head', 'regimeHistory', 'memory'] as const)(
    'leaves nothing half done when the %s is of the wrong type',
    async (name) => {
      const isSet = name === 'index' || name === 'trend';
      if (isSet) await harness.redis.set(keys[name]('mena'), 'a string');
      else await harness.redis.zAdd(keys[name]('mena'), { score: 1, value: 'x' });
      const snapshot = prepare('mena');
      await harness.redis.set(keys.dedup('mena', snapshot.hash), FENCE);
      const before = await keySpace();

      expect(await publish(snapshot, null)).toMatchObject({
        status: 'failed',
        error: { code: 'redis-wrongtype' },
      });
      expect(await keySpace()).toEqual(before);
    },
  );

  it('sends every argument as a string, for servers that read numbers as floats', async () => {
    let body = '';
    const transport = answeringTransport('[{"result":"stored"}]', (sent) => {
      body = sent;
    });
    await harness.store({ transport }).publish([{ record: prepare('mena'), fence: FENCE }], signal);

    const [, , numberOfKeys, ...args] = JSON.parse(body)[0];
    expect(numberOfKeys).toBe(8);
    expect(args.filter((arg: unknown) => typeof arg !== 'string')).toEqual([]);
  });

  it('keeps the regions of a request apart', async () => {
    const [broken, fine] = [prepare('mena'), prepare('europe')];
    await harness.redis.set(keys.index('mena'), 'a string');
    for (const { entity, hash } of [broken, fine]) await harness.redis.set(keys.dedup(entity, hash), FENCE);

    const replies = await harness.store().publish(
      [broken, fine].map((record) => ({ record, fence: FENCE })),
      signal,
    );

    expect(replies).toMatchObject([{ status: 'failed' }, { status: 'stored' }]);
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 2 });
  });
});
