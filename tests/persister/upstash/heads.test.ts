import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../lib/persister/upstash/error.js';
import { answeringTransport } from '../../support/answering-transport.js';
import { keys, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const signal = new AbortController().signal;

describe('heads', () => {
  it('reads all heads with one command, and answers with those that there are', async () => {
    await harness.redis.set(keys.head('europe'), 'the head');

    const heads = await harness.store().heads(['mena', 'europe'], signal);

    expect([...heads]).toEqual([['europe', 'the head']]);
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it('takes a key of the wrong type for none, as MGET does', async () => {
    await harness.redis.lPush(keys.head('mena'), 'x');
    await harness.redis.set(keys.head('europe'), 'the head');

    const heads = await harness.store().heads(['mena', 'europe'], signal);

    expect([...heads.keys()]).toEqual(['europe']);
  });

  it('throws when the store cannot be reached, or does not answer with a list', async () => {
    harness.setFaults([
      { match: { nth: 1 }, fault: { kind: 'slot-error', error: 'ERR no' } },
      { fault: { kind: 'hang' } },
    ]);

    await expect(harness.store().heads(['mena'], signal)).rejects.toMatchObject({ code: 'redis-err' });
    await expect(harness.store({ requestTimeoutMs: 10 }).heads(['mena'], signal)).rejects.toBeInstanceOf(
      StoreError,
    );
    const transport = answeringTransport('[{"result":"OK"}]');
    await expect(harness.store({ transport }).heads(['mena'], signal)).rejects.toMatchObject({
      code: 'store-bad-answer',
    });
  });
});

describe('entities', () => {
  it('finds every entity that has a head in this namespace, and no other', async () => {
    for (const entity of ['hamburg', 'rotterdam']) await harness.redis.set(keys.head(entity), '{}');
    await harness.redis.set(`other:${keys.head('oslo')}`, '{}');
    await harness.redis.set(keys.latest('oslo'), 'x');

    const entities = await harness.store().entities(signal);

    expect([...entities].toSorted()).toEqual(['hamburg', 'rotterdam']);
  });

  it('takes a namespace by its letters, not as a pattern', async () => {
    await harness.redis.set('axb:intelligence:snapshot-head:v1:oslo', '{}');

    expect(await harness.store({ namespace: 'a?b:' }).entities(signal)).toEqual([]);
  });
});
