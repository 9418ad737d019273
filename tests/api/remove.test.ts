import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Snapshot, snapshotHash } from '../../lib/runs/snapshot.js';
import { type ApiStack, AUTHORISED, problemIn, reportIn, startApiStack } from '../support/api-stack.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys } from '../support/store-harness.js';

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack();
});
beforeEach(() => stack.reset());
afterAll(() => stack.close());

const snapshotOf = (id: string, ageMs: number) =>
  makeSnapshot('mena', { id, content: id, generatedAt: NOW - ageMs });
const OLD = snapshotOf('old', 60_000);
const WRONG = snapshotOf('wrong', 0);

async function push(...snapshots: readonly Snapshot[]) {
  const headers = { ...AUTHORISED, 'content-type': 'application/json' };
  const body = JSON.stringify({ snapshots });
  return reportIn(await stack.call({ path: '/api/snapshots', method: 'POST', headers, body }));
}
const remove = (id: string, headers: Record<string, string> = AUTHORISED) =>
  stack.call({ path: `/api/snapshots/${id}`, method: 'DELETE', headers });
const statusOf = async (path: string) => (await stack.call({ path })).status;

describe('DELETE /api/snapshots/{id}', () => {
  it('removes a snapshot, and the one before it becomes the latest', async () => {
    await push(OLD, WRONG);

    expect(await remove('wrong')).toMatchObject({ status: 204, text: '' });

    expect(await statusOf('/api/snapshots/wrong')).toBe(404);
    const { redis } = stack.harness;
    expect(await redis.get(keys.latest('mena'))).toBe('old');
    expect(JSON.parse((await redis.get(keys.head('mena'))) ?? '')).toMatchObject({
      id: 'old',
      hash: snapshotHash(OLD),
    });
    expect(await redis.zRange(keys.index('mena'), 0, -1)).toEqual(['old']);
    expect(await redis.zCard(keys.trend('mena'))).toBe(1);
    expect(stack.log.map((line) => JSON.parse(line))).toContainEqual({
      level: 'info',
      event: 'snapshot-removed',
      snapshotId: 'wrong',
    });
  });

  it('lets the same content be stored again at once', async () => {
    await push(WRONG);
    await remove('wrong');

    expect(await push(WRONG)).toMatchObject({ counts: { persisted: 1 } });
  });

  it('leaves nothing of a region behind whose only snapshot it was', async () => {
    await push(WRONG);
    await remove('wrong');

    expect(await statusOf('/api/regions/mena')).toBe(404);
    const left = await stack.harness.redis.keys('*');
    expect(left).toEqual([keys.pushes]);
  });

  it('answers 404 when there is none, also the second time', async () => {
    expect(problemIn(await remove('wrong'))).toMatchObject({ status: 404, code: 'unknown-snapshot' });
    await push(WRONG);
    await remove('wrong');

    expect(problemIn(await remove('wrong'))).toMatchObject({ status: 404, code: 'unknown-snapshot' });
  });

  it.each([{}, { authorization: 'Bearer other' }])('needs the secret (%j)', async (headers) => {
    await push(WRONG);

    expect(problemIn(await remove('wrong', headers))).toMatchObject({ status: 401 });
    expect(await statusOf('/api/snapshots/wrong')).toBe(200);
  });

  it('refuses to remove what is not a snapshot, and leaves it', async () => {
    const { redis } = stack.harness;
    await redis.set(keys.snapshotById('wrong'), 'no snapshot');

    expect(problemIn(await remove('wrong'))).toMatchObject({ status: 502, code: 'snapshot-unreadable' });
    expect(await redis.get(keys.snapshotById('wrong'))).toBe('no snapshot');
  });

  it('answers 503 when the store cannot be reached', async () => {
    stack.harness.setFaults([{ fault: { kind: 'drop-before' } }]);

    expect(problemIn(await remove('wrong'))).toMatchObject({ status: 503, code: 'store-unreachable' });
  });

  it('never leaves a region without its newest while others write to it', async () => {
    const { redis } = stack.harness;
    await push(OLD);
    for (let round = 1; round <= 10; round += 1) {
      const mine = snapshotOf(`mine-${round}`, -round);
      await push(mine);
      const [removed, written] = await Promise.all([
        remove(mine.meta.snapshot_id),
        push(snapshotOf(`theirs-${round}`, -round * 1_000)),
      ]);

      expect([204, 503]).toContain(removed.status);
      expect(written).toMatchObject({ counts: { persisted: 1 } });
      const newest = (await redis.zRange(keys.index('mena'), 0, 0, { REV: true }))[0];
      expect(await redis.get(keys.latest('mena'))).toBe(newest);
      expect(JSON.parse((await redis.get(keys.head('mena'))) ?? '').id).toBe(newest);
      expect(await redis.exists(keys.snapshotById(newest ?? ''))).toBe(1);
    }
  });
});
