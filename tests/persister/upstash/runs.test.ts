import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ReportList, RUNS_KEPT, type RunSummary } from '../../../lib/persister/upstash/lists.js';
import { answeringTransport } from '../../support/answering-transport.js';
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
const AT = 1_790_000_000_000;
const summary: RunSummary = summaryOf(AT);

function summaryOf(at: number): RunSummary {
  return { summary: `{"regions":[],"generatedAt":${at}}`, seedMeta: `{"fetchedAt":${at}}`, at };
}

const entry = (report: string, given: RunSummary | null = null, list: ReportList = 'runs') => ({
  list,
  report,
  summary: given,
});

const reportOf = (runId: string) => JSON.stringify(makeReport({ runId }));
const store = () => harness.store({ retentionMs: RETENTION_MS });
const storedIds = async () =>
  (await harness.redis.lRange(keys.runs, 0, -1)).map((text) => JSON.parse(text).runId);

describe('storeRun', () => {
  it('puts the newest report first and keeps the list alive', async () => {
    await store().storeRun(entry(reportOf('a')), signal);
    await store().storeRun(entry(reportOf('b')), signal);

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

    await store().storeRun(entry(reportOf('new')), signal);

    const ids = await storedIds();
    expect(ids).toHaveLength(RUNS_KEPT);
    expect([ids[0], ids.at(-1)]).toEqual(['new', '98']);
  });

  it('leaves one entry when it is repeated because its answer was lost', async () => {
    harness.setFaults([{ match: { nth: 1 }, fault: { kind: 'drop-after' } }]);
    const report = reportOf('run-1');

    await expect(store().storeRun(entry(report), signal)).rejects.toMatchObject({ retryable: true });
    await store().storeRun(entry(report), signal);

    expect(await storedIds()).toEqual(['run-1']);
  });

  it('leaves one entry when the request that seemed lost is executed beside its repeat', async () => {
    const report = reportOf('run-1');

    await Promise.all([store().storeRun(entry(report), signal), store().storeRun(entry(report), signal)]);

    expect(await storedIds()).toEqual(['run-1']);
  });

  it('writes what health checks read, for a day, with a summary', async () => {
    await store().storeRun(entry(reportOf('run-1'), summary), signal);

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

    await store().storeRun(entry(reportOf('run-1')), signal);

    expect(await harness.redis.get(keys.summary)).toBe('earlier');
    expect(await harness.redis.exists(keys.seedMeta)).toBe(0);
  });

  it.each([null, summary])('takes one request', async (given) => {
    await store().storeRun(entry(reportOf('run-1'), given), signal);

    expect(harness.gateway.stats).toMatchObject({ requests: 1 });
  });

  it('keeps pushes in a list of their own', async () => {
    await store().storeRun(entry(reportOf('a-push'), null, 'pushes'), signal);
    await store().storeRun(entry(reportOf('a-run')), signal);

    expect(await storedIds()).toEqual(['a-run']);
    expect(await harness.redis.lLen(keys.pushes)).toBe(1);
  });

  it('never takes summary and seed-meta back in time', async () => {
    await store().storeRun(entry(reportOf('late'), summaryOf(AT)), signal);
    await store().storeRun(entry(reportOf('early'), summaryOf(AT - 1)), signal);

    expect(await harness.redis.get(keys.summary)).toBe(summaryOf(AT).summary);
    expect(await harness.redis.get(keys.seedMeta)).toBe(summaryOf(AT).seedMeta);
  });

  it('answers with the reports before it, newest first, also when it is repeated', async () => {
    for (const name of ['a', 'b', 'c']) await store().storeRun(entry(reportOf(name)), signal);
    const last = { ...entry(reportOf('d')), before: 2 };

    const expected = [reportOf('c'), reportOf('b')];
    expect(await store().storeRun(last, signal)).toEqual(expected);
    expect(await store().storeRun(last, signal)).toEqual(expected);
    expect(await store().storeRun(entry(reportOf('e')), signal)).toEqual([]);
  });

  it('works on a server that has no transactions', async () => {
    await store().storeRun(entry(reportOf('a'), summary), signal);

    expect(harness.gateway.requests.map(({ route }) => route)).toEqual(['/pipeline']);
  });

  it('sends every argument as a string', async () => {
    let body = '';
    const transport = answeringTransport('[{"result":[]}]', (sent) => {
      body = sent;
    });

    await harness.store({ transport }).storeRun(entry(reportOf('a'), summary), signal);

    const [, , numberOfKeys, ...args] = JSON.parse(body)[0];
    expect(numberOfKeys).toBe(3);
    expect(args.every((arg: unknown) => typeof arg === 'string')).toBe(true);
  });

  it('throws when it was refused', async () => {
    harness.setFaults([{ match: { phase: 'report' }, fault: { kind: 'slot-error', error: 'OOM no' } }]);

    await expect(store().storeRun(entry(reportOf('run-1')), signal)).rejects.toMatchObject({
      code: 'store-full',
    });
  });
});
