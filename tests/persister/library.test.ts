import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPersister } from '../../lib/persister/persister.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const NOW = Date.now();
const persister = () =>
  createPersister({ url: harness.gateway.url, token: harness.gateway.token, namespace: NAMESPACE });

describe('the persister of entities of one’s own', () => {
  it('reads back what it stored, page by page, and goes back to the one before when one is removed', async () => {
    const { persist, latest, get, history, remove } = persister();
    for (const stock of [1, 2, 3]) {
      const entry = { entity: 'hamburg', id: `s-${stock}`, at: NOW - 10 + stock, value: { stock } };
      expect(await persist([entry])).toMatchObject([{ entity: 'hamburg', status: 'persisted' }]);
    }

    expect(await latest('hamburg')).toEqual({ id: 's-3', at: NOW - 7, value: { stock: 3 } });
    expect(await get('s-1')).toEqual({ id: 's-1', at: NOW - 9, value: { stock: 1 } });
    const { records, next } = await history('hamburg', { limit: 2 });
    const rest = await history('hamburg', { limit: 2, after: next ?? '' });
    expect([...records, ...rest.records].map(({ id }) => id)).toEqual(['s-3', 's-2', 's-1']);
    expect(rest.next).toBeNull();

    expect([await remove('s-3'), await remove('s-3')]).toEqual([true, false]);
    expect(await latest('hamburg')).toMatchObject({ id: 's-2' });
    expect([await latest('oslo'), await get('s-3')]).toEqual([null, null]);
  });

  it('tells how old the newest of each entity is, and never less than nothing', async () => {
    const { persist, health } = persister();
    await persist([
      { entity: 'hamburg', at: NOW - 60_000, value: {} },
      { entity: 'rotterdam', at: NOW + 60_000, value: {} },
    ]);

    const { status, entities } = await health({ maxAgeMs: 3_600_000 });
    const ages = new Map(entities.map(({ entity, ageMs }) => [entity, ageMs]));
    expect(status).toBe('ok');
    expect(ages.get('rotterdam')).toBe(0);
    expect(ages.get('hamburg')).toBeGreaterThanOrEqual(60_000);
    expect(await health({ maxAgeMs: 60_000 })).toMatchObject({ status: 'stale' });
    expect(await health({ maxAgeMs: 3_600_000, entities: ['rotterdam', 'oslo'] })).toMatchObject({
      status: 'stale',
      entities: [
        { entity: 'rotterdam', ageMs: 0 },
        { entity: 'oslo', ageMs: null },
      ],
    });
    harness.setFaults([{ fault: { kind: 'unauthorised' } }]);
    expect(await health({ maxAgeMs: 3_600_000 })).toMatchObject({ status: 'unreachable', entities: [] });
  });

  it.each<[string, unknown, string]>([
    ['is null', null, ''],
    ['has a head that JSON cannot carry', { entity: 'bad', value: {}, head: { total: 5n } }, 'bad'],
    [
      'has a getter that throws',
      {
        entity: 'bad',
        value: {
          get stock() {
            throw new Error('mine');
          },
        },
      },
      'bad',
    ],
    [
      'has a head in the place of the store’s own',
      { entity: 'bad', value: {}, head: { generated_at: 9e12 } },
      'bad',
    ],
    ['is a Map', { entity: 'bad', value: new Map([['stock', 1]]) }, 'bad'],
    ['has a Map in it', { entity: 'bad', value: { stock: new Map([['a', 1]]) } }, 'bad'],
  ])('refuses an entry that %s, and stores the others', async (_what, bad, entity) => {
    const good = { entity: 'oslo', value: { stock: 1 } };

    for (const entries of [
      [bad, good],
      [good, bad],
    ]) {
      const outcomes = await persister().persist(entries as (typeof good)[]);

      const refused = { entity, status: 'failed', phase: 'validate', code: 'invalid-snapshot', stored: 'no' };
      expect(outcomes[entries.indexOf(bad)]).toMatchObject(refused);
      expect(outcomes[entries.indexOf(good)]?.status).toMatch(/persisted|duplicate/);
    }
  });

  it('stores an object without a prototype, as parsers of queries make them, empty or not', async () => {
    for (const fields of [{}, { stock: 1 }]) {
      const value = Object.assign(Object.create(null), fields);
      expect(await persister().persist([{ entity: 'oslo', value }])).toMatchObject([{ status: 'persisted' }]);
    }
  });

  it('takes no budget that a timer cannot wait for', async () => {
    const entries = [{ entity: 'oslo', value: {} }];
    for (const budgetMs of [Number.POSITIVE_INFINITY, Number.NaN, -1, 2 ** 31]) {
      await expect(persister().persist(entries, { budgetMs })).rejects.toThrow(/^budgetMs must be from 0 to/);
    }
  });

  it('counts an empty token as missing', () => {
    expect(() => createPersister({ url: harness.gateway.url, token: '', env: {} })).toThrow(
      'UPSTASH_REDIS_REST_TOKEN is missing',
    );
  });

  it('throws the reason when a read cannot be answered', async () => {
    harness.setFaults([{ fault: { kind: 'unauthorised' } }]);
    const { latest, get, history, remove } = persister();
    for (const read of [latest('hamburg'), get('s-1'), history('hamburg'), remove('s-1')]) {
      await expect(read).rejects.toMatchObject({ name: 'StoreError', code: 'store-unauthorised' });
    }
  });
});
