import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { keys, NAMESPACE, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';
import { makePayloads } from '../payloads.js';
import { CONTENDERS, loadSubject, type SubjectName } from '../subjects.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const NOW = Date.now();
const payloads = (generatedAt = NOW) =>
  makePayloads({ regionIds: REGION_IDS, bytes: 20_000, salt: 'test', generatedAt });

async function connect(name: SubjectName) {
  const { url, token } = harness.gateway;
  return (await loadSubject(name))({ url, token, namespace: NAMESPACE });
}

describe.each([...CONTENDERS, 'our whole run'] as const)('%s', (name) => {
  it('stores every snapshot by id, as the latest of its region, and in its index', async () => {
    const told = await (await connect(name))(payloads());

    expect(told.map(({ regionId, status }) => [regionId, status])).toEqual(
      REGION_IDS.map((id) => [id, 'persisted']),
    );
    for (const snapshot of payloads()) {
      const { region_id: region, generated_at: generatedAt, meta } = snapshot;
      expect(await harness.redis.get(keys.snapshotById(meta.snapshot_id))).toBe(JSON.stringify(snapshot));
      expect(await harness.redis.get(keys.latest(region))).toBe(meta.snapshot_id);
      expect(await harness.redis.zScore(keys.index(region), meta.snapshot_id)).toBe(generatedAt);
    }
  });

  it('recognises the same content a minute later', async () => {
    const persist = await connect(name);
    await persist(payloads(NOW - 60_000));

    const told = await persist(payloads());

    expect(told.every(({ status }) => status === 'duplicate')).toBe(true);
    expect(await harness.redis.zCard(keys.index('mena'))).toBe(1);
  });
});

describe('makePayloads', () => {
  it('makes snapshots of exactly the requested size', () => {
    expect(payloads().map((snapshot) => Buffer.byteLength(JSON.stringify(snapshot)))).toEqual(
      Array(8).fill(20_000),
    );
  });
});
