import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { createRunner, type RunRequest } from '../../lib/runs/run.js';
import type { AssessRequest, Source } from '../../lib/runs/source.js';
import { makeSnapshot } from '../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

/** A source that answers at once, and remembers what it was asked. */
function makeSource(overrides: Partial<Source> = {}) {
  const asked: AssessRequest[] = [];
  const source: Source = {
    collect: async () => ({
      inputs: [{ input: 'made-up', status: 'ok', events: 3, skipped: 0, durationMs: 1 }],
      assess(request) {
        asked.push(request);
        const snapshot = makeSnapshot(request.regionId, { generatedAt: request.now });
        return { status: 'assessed', snapshot };
      },
    }),
    ...overrides,
  };
  return { source, asked };
}

function sourceOf(content: string): Source {
  return {
    collect: async () => ({
      inputs: [],
      assess: ({ regionId, now }) => ({
        status: 'assessed',
        snapshot: makeSnapshot(regionId, { generatedAt: now, content }),
      }),
    }),
  };
}

function run(request: Partial<RunRequest> = {}, options: { budgetMs?: number } = {}) {
  const { budgetMs = 10_000 } = options;
  const store = harness.store({ requestTimeoutMs: budgetMs / 4 });
  const runner = createRunner({ store, environment: 'test', budgetMs, random: () => 0, summarise });
  const { source } = makeSource();
  return runner.run({ source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false, ...request });
}

const storedRuns = async () => (await harness.redis.lRange(keys.runs, 0, -1)).map((text) => JSON.parse(text));

describe('run', () => {
  it('takes four round trips in a row: heads, claims, commits, report', async () => {
    harness.gateway.setRoundTrip(60);
    const { report } = await run().finally(() => harness.gateway.setRoundTrip(0));

    const commands = harness.gateway.requests.map((request) => request.commands[0]?.[0]);
    expect(commands).toEqual(['mget', ...Array(8).fill('set'), ...Array(8).fill('eval'), 'eval']);
    expect(report.counts.persisted).toBe(8);
  });

  it('accounts for every request and command before the one that stores the report', async () => {
    const { report } = await run();

    expect(report.redis).toEqual({ requests: 17, commands: 1 + 8 * 3 });
    expect(harness.gateway.stats).toMatchObject({ requests: 18, commands: 1 + 8 * 3 + 1 });
  });

  it('stores the report that it answers with', async () => {
    const { report } = await run();

    const [stored, ...others] = await storedRuns();
    expect(others).toEqual([]);
    expect(RunReportSchema.parse(stored)).toEqual(report);
    expect(report.reportStored).toBe(true);
  });

  it('lists regions in the order of the request, with everything the waterfall needs', async () => {
    const { report } = await run();

    expect(report.regions.map(({ regionId }) => regionId)).toEqual([...REGION_IDS]);
    for (const region of report.regions) {
      expect(region).toMatchObject({ status: 'persisted', attempts: 2 });
      expect(region.claimMs).toBeGreaterThan(0);
      expect(region.commitMs).toBeGreaterThan(0);
    }
  });

  it('gives the assessment what the last run remembers, and the trigger in its own words', async () => {
    await run();
    const { source, asked } = makeSource();
    await run({ source, trigger: 'manual' });

    expect(asked.map(({ memory }) => memory?.snapshot_id)).toEqual(
      await harness.redis.mGet(REGION_IDS.map(keys.latest)),
    );
    expect(asked[0]).toMatchObject({ trigger: 'manual' });
  });

  it('writes the summary after a full run, and not after one over some regions', async () => {
    await run({ regionIds: ['mena'] });
    expect(await harness.redis.exists(keys.summary)).toBe(0);

    await run();
    expect(JSON.parse((await harness.redis.get(keys.summary)) ?? '').regions).toHaveLength(8);
  });

  it('leaves the earlier summary when it found only duplicates, or something failed', async () => {
    await run();
    await harness.redis.set(keys.summary, 'earlier');
    await run();
    harness.setFaults([{ match: { phase: 'commit', region: 'mena' }, fault: { kind: 'unauthorised' } }]);
    await run({ source: sourceOf('other content') });

    expect(await harness.redis.get(keys.summary)).toBe('earlier');
    expect((await storedRuns()).map(({ counts }) => counts)).toMatchObject([
      { persisted: 7, failed: 1 },
      { duplicate: 8 },
      { persisted: 8 },
    ]);
  });
});

describe('dry run', () => {
  it('answers with the snapshots and writes nothing', async () => {
    const { report, snapshots } = await run({ dryRun: true });

    expect(snapshots).toHaveLength(8);
    expect(report).toMatchObject({ dryRun: true, regions: [], redis: { requests: 1, commands: 1 } });
    expect(await harness.redis.keys('*')).toEqual([]);
  });

  it('reports what it could not assess', async () => {
    harness.setFaults([{ fault: { kind: 'unauthorised' } }]);

    const { report } = await run({ dryRun: true });

    expect(report.counts.failed).toBe(8);
  });
});

describe('collect', () => {
  it('fails every region when the heads cannot be read: what is stored stays', async () => {
    harness.setFaults([{ match: { phase: 'heads' }, fault: { kind: 'status', status: 500 } }]);

    const { report } = await run();

    expect(report.counts.failed).toBe(8);
    expect(report.regions[0]).toMatchObject({
      phase: 'collect',
      code: 'store-http-500',
      stored: 'no',
      attempts: 0,
    });
    expect(report.inputs).toMatchObject([{ input: 'made-up', status: 'ok' }]);
  });

  it('fails every region when the source throws', async () => {
    const { report } = await run({ source: { collect: () => Promise.reject(new Error('secret words')) } });

    expect(report.regions[0]).toMatchObject({ phase: 'collect', code: 'source-failed' });
    expect(JSON.stringify(report)).not.toContain('secret words');
  });

  it('does not wait for a source that ignores its signal', async () => {
    const { report } = await run(
      { source: { collect: () => new Promise(() => undefined) } },
      { budgetMs: 300 },
    );

    expect(report.regions[0]).toMatchObject({ phase: 'collect', code: 'collect-deadline' });
  });

  it('fails one region alone when its assessment throws or says why not', async () => {
    const source: Source = {
      collect: async () => ({
        inputs: [],
        assess: ({ regionId, now }) => {
          if (regionId === 'mena') throw new Error('secret words');
          if (regionId === 'europe') return { status: 'failed', code: 'why', message: 'because' };
          return { status: 'assessed', snapshot: makeSnapshot(regionId, { generatedAt: now }) };
        },
      }),
    };

    const { report } = await run({ source });

    expect(report.counts).toEqual({ persisted: 6, duplicate: 0, current: 0, inFlight: 0, failed: 2 });
    expect(report.regions).toMatchObject([
      { code: 'assess-failed' },
      {},
      { code: 'why', message: 'because' },
      {},
      {},
      {},
      {},
      {},
    ]);
    expect(JSON.stringify(report)).not.toContain('secret words');
  });
});

describe('a store that never answers', () => {
  it('is reported before the deadline, with 8 failed regions', async () => {
    harness.setFaults([{ fault: { kind: 'hang' } }]);

    const { report, reportFailure } = await run({}, { budgetMs: 2_000 });

    expect(report.counts.failed).toBe(8);
    expect(report.durationMs).toBeLessThan(2_000);
    expect(reportFailure).not.toBeNull();
  });
});

describe('the report', () => {
  it('is answered although it could not be stored, and says why it was not', async () => {
    harness.setFaults([{ match: { phase: 'report' }, fault: { kind: 'unauthorised' } }]);

    const { report, reportFailure } = await run();

    expect(report.counts.persisted).toBe(8);
    expect(reportFailure).toMatchObject({ code: 'store-unauthorised' });
    expect(report.reportStored).toBe(false);
  });

  it('is stored once although the answer to its first request was lost', async () => {
    harness.setFaults([{ match: { phase: 'report', nth: 1 }, fault: { kind: 'drop-after' } }]);

    const { report } = await run();

    expect(report.reportStored).toBe(true);
    expect(await storedRuns()).toHaveLength(1);
  });
});

describe('push', () => {
  it('persists what another program made, as trigger push', async () => {
    const store = harness.store();
    const runner = createRunner({ store, environment: 'test', budgetMs: 5_000 });
    const snapshot = makeSnapshot('mena', { content: { of: ['their', 'own'] } });

    const { report } = await runner.push([snapshot]);

    expect(report).toMatchObject({ trigger: 'push', inputs: [], counts: { persisted: 1 } });
    expect(JSON.parse((await harness.redis.get(keys.snapshotById(snapshot.meta.snapshot_id))) ?? '')).toEqual(
      snapshot,
    );
    expect(await storedRuns()).toEqual([]);
    expect(JSON.parse((await harness.redis.lIndex(keys.pushes, 0)) ?? '')).toMatchObject({ trigger: 'push' });
  });
});
