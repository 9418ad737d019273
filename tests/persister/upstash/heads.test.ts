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
const head = {
  id: 'abc-123',
  generated_at: 1_790_000_000_000,
  hash: 'ff',
  regime: { label: 'watch', previous_label: null, transitioned_at: null, transition_driver: null },
  pressure_score: 0.5,
};

describe('heads', () => {
  it('reads all heads with one command, null where there is none', async () => {
    await harness.redis.set(keys.head('europe'), JSON.stringify(head));

    expect(await harness.store().heads(['mena', 'europe'], signal)).toEqual([null, head]);
    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it.each([
    ['no JSON', '{'],
    ['another shape', '{"id":1}'],
    ['a bare string', '"abc"'],
  ])('takes a head that is %s for none', async (_, value) => {
    await harness.redis.set(keys.head('mena'), value);

    expect(await harness.store().heads(['mena'], signal)).toEqual([null]);
  });

  it('takes a key of the wrong type for none, as MGET does', async () => {
    await harness.redis.lPush(keys.head('mena'), 'x');
    await harness.redis.set(keys.head('europe'), JSON.stringify(head));

    expect(await harness.store().heads(['mena', 'europe'], signal)).toEqual([null, head]);
  });

  it('reads the regime of a foreign head, whatever its label', async () => {
    const foreign = { ...head, regime: { label: 'stressed', transitioned_at: 'yesterday' } };
    await harness.redis.set(keys.head('mena'), JSON.stringify(foreign));

    const [read] = await harness.store().heads(['mena'], signal);

    expect(read?.regime).toEqual({
      label: 'stressed',
      previous_label: null,
      transitioned_at: null,
      transition_driver: null,
    });
  });

  it('throws when the store cannot be asked, or does not answer with a list', async () => {
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
