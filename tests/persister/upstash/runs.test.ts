import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RUNS_KEPT, type RunSummary } from '../../../lib/persister/upstash/runs.js';
import { makeReport } from '../../support/reports.js';
import { keys, type StoreHarness, startStoreHarness } from '../../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const signal = new AbortController().signal;
const RETENTION_MS = 86_400_000;
const summary: RunSummary = { summary: '{"regions":[]}', seedMeta: '{"recordCount":8}' };

const reportOf = (runId: string) => JSON.stringify(makeReport({ runId }));
const store = () => harness.store({ retentionMs: RETENTION_MS });
const storedIds = async () =>
  (await harness.redis.lRange(keys.runs, 0, -1)).map((text) => JSON.parse(text).runId);

describe('storeRun', () => {
  it('puts the newest report first and keeps the list alive', async () => {
    await store().storeRun(reportOf('a'), null, signal);
    await store().storeRun(reportOf('b'), null, signal);

    expect(await storedIds()).toEqual(['b', 'a']);
    const ttl = await harness.redis.pTTL(keys.runs);
    expect(ttl).toBeLessThanOrEqual(RETENTION_MS);
    expect(ttl).toBeGreaterThan(RETENTION_MS - 60_000);
  });

  it('keeps the last 100', async () => {
    await harness.redis.rPush(
      keys.runs,
      Array.from({ length: RUNS_KEPT }, (_, i) => JSON.stringify({ runId: `${i}` })),
    );

    await store().storeRun(reportOf('new'), null, signal);

    const ids = await storedIds();
    expect(ids).toHaveLength(RUNS_KEPT);
    expect([ids[0], ids.at(-1)]).toEqual(['new', '98']);
  });

  it('leaves one entry when it is repeated because its answer was lost', async () => {
    harness.setFaults([{ match: { nth: 1 }, fault: { kind: 'drop-after' } }]);
    const report = reportOf('run-1');

    await expect(store().storeRun(report, null, signal)).rejects.toMatchObject({ retryable: true });
    await store().storeRun(report, null, signal);

    expect(await storedIds()).toEqual(['run-1']);
  });

  it('leaves one entry when the request that seemed lost is executed beside its repeat', async () => {
    const report = reportOf('run-1');

    await Promise.all([store().storeRun(report, null, signal), store().storeRun(report, null, signal)]);

    expect(await storedIds()).toEqual(['run-1']);
  });

  it('writes what health checks read, for a day, with a summary', async () => {
    await store().storeRun(reportOf('run-1'), summary, signal);

    expect(await harness.redis.get(keys.summary)).toBe(summary.summary);
    expect(await harness.redis.get(keys.seedMeta)).toBe(summary.seedMeta);
    for (const key of [keys.summary, keys.seedMeta]) {
      const ttl = await harness.redis.ttl(key);
      expect(ttl, key).toBeLessThanOrEqual(86_400);
      expect(ttl, key).toBeGreaterThan(86_300);
    }
  });

  it('leaves what health checks read alone without one', async () => {
    await harness.redis.set(keys.summary, 'earlier');

    await store().storeRun(reportOf('run-1'), null, signal);

    expect(await harness.redis.get(keys.summary)).toBe('earlier');
    expect(await harness.redis.exists(keys.seedMeta)).toBe(0);
  });

  it.each([null, summary])('takes one request', async (given) => {
    await store().storeRun(reportOf('run-1'), given, signal);

    expect(harness.gateway.stats).toMatchObject({ requests: 1 });
  });

  it('throws when a part of it was refused', async () => {
    harness.setFaults([{ match: { command: 'LPUSH' }, fault: { kind: 'slot-error', error: 'OOM no' } }]);

    await expect(store().storeRun(reportOf('run-1'), null, signal)).rejects.toMatchObject({
      code: 'store-full',
    });
  });
});
