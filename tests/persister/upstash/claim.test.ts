import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest } from '../../../lib/persister/upstash/claim.js';
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
const DEDUP = keys.dedup('mena', 'h1');
const mine: ClaimRequest = { entity: 'mena', hash: 'h1', token: 'mine', attempt: 1, leaseMs: 20_500 };

describe('claim', () => {
  it('owns a free key for the lease, in whole seconds', async () => {
    const [reply] = await harness.store().claim([mine], signal);

    expect(reply).toEqual({ status: 'owned', fence: 'claim:mine.1' });
    expect(await harness.redis.get(DEDUP)).toBe('claim:mine.1');
    const ttl = await harness.redis.pTTL(DEDUP);
    expect(ttl).toBeGreaterThan(20_000);
    expect(ttl).toBeLessThanOrEqual(21_000);
  });

  it('is two commands in one request, also for several regions', async () => {
    await harness.store().claim([mine, { ...mine, entity: 'europe' }], signal);

    expect(harness.gateway.stats).toMatchObject({ requests: 1, commands: 4 });
  });

  it('owns its key still when the claim is repeated, with the fence of the request that took it', async () => {
    const store = harness.store();
    await store.claim([mine], signal);

    const [reply] = await store.claim([{ ...mine, attempt: 2 }], signal);

    expect(reply).toEqual({ status: 'owned', fence: 'claim:mine.1' });
  });

  it('names the id under which the content was stored', async () => {
    await harness.redis.set(DEDUP, 'abc-123');

    expect(await harness.store().claim([mine], signal)).toEqual([{ status: 'duplicate', of: 'abc-123' }]);
  });

  it.each(['null', 'true', '1e5', '12345678901234567890', '007'])('reads the id %s as it is', async (id) => {
    await harness.redis.set(DEDUP, id);

    expect(await harness.store().claim([mine], signal)).toEqual([{ status: 'duplicate', of: id }]);
  });

  it("leaves another's claim alone and says how long it lasts at most", async () => {
    await harness.redis.set(DEDUP, 'claim:theirs.1', { expiration: { type: 'PX', value: 4_000 } });
    const store = harness.store();

    const [first] = await store.claim([mine], signal);
    const [later] = await store.claim([{ ...mine, attempt: 2 }], signal);

    expect(first).toEqual({ status: 'in-flight', retryAfterMs: 20_500 });
    expect(later).toMatchObject({ status: 'in-flight' });
    expect(later?.status === 'in-flight' && later.retryAfterMs).toBeLessThanOrEqual(4_000);
    expect(await harness.redis.get(DEDUP)).toBe('claim:theirs.1');
  });

  it('does not take the token of another for its own because it begins the same', async () => {
    await harness.redis.set(DEDUP, 'claim:mine-too.1');

    expect(await harness.store().claim([mine], signal)).toMatchObject([{ status: 'in-flight' }]);
  });

  it('is told to claim again when the key was gone between SET and GET', async () => {
    // No real engine can be made to expire a key between two commands of one pipeline.
    const transport = answeringTransport('[{"result":null},{"result":null}]');

    expect(await harness.store({ transport }).claim([mine], signal)).toEqual([{ status: 'expired' }]);
  });

  it('reports an error that Redis answered, by its kind and nothing else', async () => {
    harness.setFaults([
      {
        match: { command: 'SET' },
        fault: { kind: 'slot-error', error: 'OOM command not allowed: claim:mine.1' },
      },
    ]);

    const [reply] = await harness.store().claim([mine], signal);

    expect(reply).toMatchObject({ status: 'failed', error: { code: 'store-full', retryable: false } });
    expect(String(reply?.status === 'failed' && reply.error)).not.toContain('mine');
  });

  it('keeps the regions of a request apart: one key of the wrong type fails one claim', async () => {
    await harness.redis.sendCommand(['LPUSH', DEDUP, 'x']);

    const replies = await harness.store().claim([mine, { ...mine, entity: 'europe' }], signal);

    expect(replies).toMatchObject([
      { status: 'failed', error: { code: 'redis-wrongtype' } },
      { status: 'owned', fence: 'claim:mine.1' },
    ]);
  });

  it('fails for a key that holds neither a claim nor an id', async () => {
    await harness.redis.set(DEDUP, 'what is this');

    expect(await harness.store().claim([mine], signal)).toMatchObject([
      { status: 'failed', error: { code: 'dedup-unreadable' } },
    ]);
  });
});

describe('settle', () => {
  const PAYLOAD = '{"a":"ü"}';
  const payloadSha1 = createHash('sha1').update(PAYLOAD).digest('hex');
  const request = { ...mine, id: 'my-id', payloadSha1 };

  it.each([1, 2])('releases a claim of mine, whichever request made it (%i)', async (attempt) => {
    await harness.redis.set(DEDUP, `claim:mine.${attempt}`);

    expect(await harness.store().settle([request], signal)).toEqual([{ status: 'released', stored: false }]);
    expect(await harness.redis.exists(DEDUP)).toBe(0);
  });

  it('says that nothing is there', async () => {
    expect(await harness.store().settle([request], signal)).toEqual([{ status: 'absent', stored: false }]);
  });

  it("leaves another's claim and a snapshot id alone", async () => {
    await harness.redis.set(DEDUP, 'claim:mine-too.1', { expiration: { type: 'PX', value: 4_000 } });
    await harness.redis.set(keys.dedup('europe', 'h1'), 'abc-123');

    const [claim, id] = await harness.store().settle([request, { ...request, entity: 'europe' }], signal);

    expect(claim).toMatchObject({ status: 'in-flight', stored: false });
    expect(claim?.status === 'in-flight' && claim.retryAfterMs).toBeGreaterThan(3_000);
    expect(id).toEqual({ status: 'duplicate', of: 'abc-123', stored: false });
    expect(await harness.redis.get(DEDUP)).toBe('claim:mine-too.1');
  });

  it('finds my snapshot stored although its marker is gone', async () => {
    await harness.redis.set(keys.snapshotById('my-id'), PAYLOAD);

    expect(await harness.store().settle([request], signal)).toEqual([{ status: 'absent', stored: true }]);
  });

  it('does not take another text under my id for mine, nor a key that does not hold a string', async () => {
    await harness.redis.set(keys.snapshotById('my-id'), '{}');
    await harness.redis.lPush(keys.snapshotById('listed'), 'x');

    const replies = await harness.store().settle([request, { ...request, id: 'listed' }], signal);
    expect(replies).toEqual([
      { status: 'absent', stored: false },
      { status: 'absent', stored: false },
    ]);
  });

  it('throws when the request as a whole failed', async () => {
    harness.setFaults([{ fault: { kind: 'drop-before' } }]);

    await expect(harness.store().settle([request], signal)).rejects.toBeInstanceOf(StoreError);
  });
});

describe('verify', () => {
  const marker = { ...mine, of: 'abc-123' };

  it('finds the snapshot that a dedup key names', async () => {
    await harness.redis.set(keys.snapshotById('abc-123'), '{}');
    await harness.redis.set(DEDUP, 'abc-123');

    expect(await harness.store().verify([marker], signal)).toEqual([{ status: 'there' }]);
    expect(await harness.redis.get(DEDUP)).toBe('abc-123');
  });

  it('forgets a key that names what is not there, and no other', async () => {
    await harness.redis.set(DEDUP, 'abc-123');
    await harness.redis.set(keys.dedup('europe', 'h1'), 'claim:theirs.1');

    const replies = await harness.store().verify([marker, { ...marker, entity: 'europe' }], signal);

    expect(replies).toEqual([{ status: 'forgotten' }, { status: 'forgotten' }]);
    expect(await harness.redis.exists(DEDUP)).toBe(0);
    expect(await harness.redis.get(keys.dedup('europe', 'h1'))).toBe('claim:theirs.1');
  });
});
