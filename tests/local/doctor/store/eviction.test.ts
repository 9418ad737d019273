import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStoreClient } from '../../../../lib/persister/upstash/client.js';
import { checkEviction } from '../../../../local/doctor/store/eviction.js';
import { persist } from '../../../support/persist.js';
import { makeSnapshot } from '../../../support/snapshots.js';
import { keys, NAMESPACE, type StoreHarness, startStoreHarness } from '../../../support/store-harness.js';
import { startForeignServer } from './foreign-server.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

function check(url = harness.gateway.url) {
  const store = { url, token: harness.gateway.token, namespace: NAMESPACE };
  return checkEviction(store, createStoreClient(store), new AbortController().signal);
}

describe('checkEviction', () => {
  it('reports snapshots that are gone before their time', async () => {
    await persist(harness, [makeSnapshot('mena'), makeSnapshot('europe')]);
    const id = await harness.redis.get(keys.latest('mena'));
    await harness.redis.del(keys.snapshotById(id ?? ''));
    expect(await check()).toContainEqual(
      expect.objectContaining({
        status: 'warn',
        subject: 'eviction',
        seen: '1 of the latest snapshots disappeared early, although latest still names them',
      }),
    );
  });

  it.each([
    ['evicted_keys:12\r\nmaxmemory_policy:noeviction\r\n', 'warn', '12 keys were evicted'],
    ['evicted_keys:0\r\nmaxmemory_policy:allkeys-lru\r\n', 'warn', 'the policy is allkeys-lru'],
    ['evicted_keys:0\r\nmaxmemory_policy:noeviction\r\n', 'ok', 'the policy is noeviction'],
    ['', 'ok', 'no sign of it'],
  ])('looks for eviction in what the server says of itself: %j', async (info, status, seen) => {
    const change = (command: readonly unknown[]) => (command[0] === 'INFO' ? ['PING', info] : command);
    const url = await startForeignServer(harness.gateway.url, { change });
    expect(await check(url)).toContainEqual(
      expect.objectContaining({ status, subject: 'eviction', seen: expect.stringContaining(seen) }),
    );
  });

  it('believes the policy that the server is configured with', async () => {
    const policy = ['EVAL', "return {'maxmemory-policy', 'volatile-lru'}", '0'];
    const change = (command: readonly unknown[]) => (command[0] === 'CONFIG' ? policy : command);
    const url = await startForeignServer(harness.gateway.url, { change });
    expect(await check(url)).toContainEqual(
      expect.objectContaining({
        status: 'warn',
        seen: expect.stringContaining('the policy is volatile-lru'),
      }),
    );
  });

  it('does not fault a server that reports nothing about itself', async () => {
    const error = "ERR Command is not available: 'INFO'";
    harness.setFaults([{ match: { command: 'info' }, fault: { kind: 'refusal', error } }]);
    expect(await check()).toContainEqual(expect.objectContaining({ status: 'ok', subject: 'eviction' }));
  });
});
