import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readLatest, readStored } from '../../../lib/persister/reads.js';
import { persist } from '../../support/persist.js';
import { makeReport } from '../../support/reports.js';
import { makeSnapshot, NOW } from '../../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const signal = new AbortController().signal;
const ID = 'abc-123';
const whole = makeSnapshot('mena', { id: ID });

/** Everything that may be found where a snapshot should be. */
const UNREADABLE: [string, string, string][] = [
  ['no JSON', '{', 'is not valid JSON'],
  ['a bare string', '"abc-123"', 'is not a snapshot'],
  ['an object without an envelope', '{"regime":{"label":"watch"}}', 'is not a snapshot'],
  ['an envelope without meta', JSON.stringify({ ...whole, meta: undefined }), 'is not a snapshot'],
  ['a snapshot of no time', JSON.stringify({ ...whole, generated_at: 'today' }), 'is not a snapshot'],
  [
    'a snapshot of another id',
    JSON.stringify({ ...whole, meta: { snapshot_id: 'other' } }),
    'has a different id',
  ],
  ['what is nested too deep', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'is nested'],
];

describe('latest', () => {
  const latest = async () => readLatest(await harness.store().latest('mena', signal), 'mena');

  it('is absent while nothing is stored', async () => {
    expect(await latest()).toEqual({ status: 'absent' });
  });

  it('is the newest snapshot of the region, with one command in one request', async () => {
    const newest = makeSnapshot('mena', { generatedAt: NOW });
    const others = [
      makeSnapshot('mena', { generatedAt: NOW - 1, content: 'before' }),
      makeSnapshot('europe'),
    ];
    await persist(harness, [newest, ...others]);
    harness.gateway.clear();

    expect(await latest()).toMatchObject({ status: 'found', snapshot: newest });
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it('is read as it was stored: every field, in its order', async () => {
    const { meta, ...fields } = makeSnapshot('mena', { content: { of: ['their', 'own'], 日本: null } });
    const foreign = { ...fields, meta: { ...meta, schema_version: '1.0.0', x: 1 }, evidence: 'a word' };
    await persist(harness, [foreign]);

    const read = await latest();

    expect(read.status === 'found' && JSON.stringify(read.snapshot)).toBe(JSON.stringify(foreign));
    expect(read.status === 'found' && read.payload).toBe(JSON.stringify(foreign));
  });

  it.each(UNREADABLE)('is unreadable, by its id, when it is %s', async (_, payload, message) => {
    await harness.redis.set(keys.latest('mena'), ID);
    await harness.redis.set(keys.snapshotById(ID), payload);

    expect(await latest()).toEqual({
      status: 'unreadable',
      id: ID,
      message: expect.stringContaining(message),
    });
  });

  it('is unreadable when it belongs to another region', async () => {
    await persist(harness, [makeSnapshot('europe', { id: ID })]);
    await harness.redis.set(keys.latest('mena'), ID);

    expect(await latest()).toMatchObject({ status: 'unreadable', id: ID });
  });

  it('is unreadable when latest names a missing snapshot, or is not a string', async () => {
    await harness.redis.set(keys.latest('mena'), ID);
    const gone = await latest();
    await harness.redis.lPush(keys.snapshotById(ID), 'x');

    expect([gone, await latest()]).toMatchObject([
      { status: 'unreadable', id: ID },
      { status: 'unreadable', id: ID },
    ]);
  });

  it('throws when latest does not hold an id, or is not a string', async () => {
    await harness.redis.set(keys.latest('mena'), 'what is this');
    await expect(latest()).rejects.toMatchObject({ code: 'store-bad-answer' });

    await harness.redis.del(keys.latest('mena'));
    await harness.redis.lPush(keys.latest('mena'), ID);
    await expect(latest()).rejects.toMatchObject({ code: 'redis-wrongtype' });
  });

  it('asks in a way in which Redis refuses to write', async () => {
    await latest();

    expect(harness.gateway.requests.map(({ commands }) => commands[0]?.[0])).toEqual(['eval_ro']);
  });
});

describe('snapshot', () => {
  const snapshot = async (id = ID) => {
    const payload = await harness.store().snapshot(id, signal);
    return payload === null ? null : readStored(payload, { id });
  };

  it('is absent when it is not stored', async () => {
    expect(await snapshot()).toBeNull();
  });

  it.each([ID, 'null', '1e5', '007'])('is read by the id %s, with one command', async (id) => {
    const stored = makeSnapshot('latam', { id });
    await persist(harness, [stored]);
    harness.gateway.clear();

    expect(await snapshot(id)).toEqual({
      status: 'found',
      snapshot: stored,
      payload: JSON.stringify(stored),
    });
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it.each(UNREADABLE)('is unreadable, by its id, when it is %s', async (_, payload, message) => {
    await harness.redis.set(keys.snapshotById(ID), payload);

    expect(await snapshot()).toEqual({
      status: 'unreadable',
      id: ID,
      message: expect.stringContaining(message),
    });
  });

  it('throws when its key does not hold a string', async () => {
    await harness.redis.lPush(keys.snapshotById(ID), 'x');

    await expect(snapshot()).rejects.toMatchObject({ code: 'redis-wrongtype' });
  });

  it('throws when the request to the store failed', async () => {
    harness.setFaults([{ fault: { kind: 'drop-before' } }]);

    await expect(snapshot()).rejects.toMatchObject({ code: 'store-unreachable' });
  });
});

describe('runs', () => {
  const runs = () => harness.store().reports('runs', signal);

  it('are none while nothing ran', async () => {
    expect(await runs()).toEqual([]);
  });

  it('are read newest first, with one command', async () => {
    const reports = ['a', 'b', 'c'].map((runId) => JSON.stringify(makeReport({ runId })));
    for (const report of reports)
      await harness.store().storeRun({ list: 'runs', report, summary: null }, signal);
    harness.gateway.clear();

    expect(await runs()).toEqual(reports.toReversed());
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });
});
