import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import type { Fields } from '../../lib/persister/record.js';
import { createRunner } from '../../lib/runs/run.js';
import { snapshotHash } from '../../lib/runs/snapshot.js';
import type { Fault, FaultRule } from '../../local/upstash/fault-rules.js';
import { recordOf } from '../support/records.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../support/store-harness.js';
import { sourceOf } from './suite/play-run.js';

const DAY_MS = 86_400_000;
const QUOTA = 'ERR max requests limit exceeded. Limit: 500000, Usage: 500001.';
const READONLY = "READONLY You can't write against a read only replica.";

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const runner = () =>
  createRunner({ store: harness.store(), environment: 'test', budgetMs: 10_000, random: () => 0, summarise });

async function run(...rules: FaultRule[]) {
  harness.setFaults(rules);
  const request = { source: sourceOf(0), regionIds: REGION_IDS, trigger: 'cron', dryRun: false } as const;
  return (await runner().run(request)).report;
}

async function push(snapshots: readonly Fields[], ...rules: FaultRule[]) {
  harness.setFaults(rules);
  return (await runner().push(snapshots)).report;
}

/** Publishes as of the snapshot's own time, whatever its age. */
async function publish(options: Parameters<typeof makeSnapshot>[1]) {
  const snapshot = makeSnapshot('mena', options);
  const record = recordOf(snapshot, snapshot.generated_at);
  await harness.redis.set(keys.dedup('mena', record.hash), 'claim:mine.1');
  const [reply] = await harness
    .store()
    .publish([{ record, fence: 'claim:mine.1' }], AbortSignal.timeout(9_000));
  expect(reply).toEqual({ status: 'stored' });
  return record.id;
}

const commit = (nth: number, fault: Fault): FaultRule => ({ match: { phase: 'commit', nth }, fault });
const evictMarker: Fault = { kind: 'evict', key: 'dedup', when: 'before' };

describe('a passing error', () => {
  const phases = ['heads', 'claim', 'commit', 'report'] as const;
  const kinds = ['slot-error', 'refusal'] as const;
  it.each(phases.flatMap((phase) => kinds.map((kind) => [kind, phase] as const)))(
    'as %s of %s ends no run',
    async (kind, phase) => {
      const { counts, reportStored } = await run({
        match: { phase, nth: { to: 2 } },
        fault: { kind, error: READONLY },
      });

      expect({ persisted: counts.persisted, reportStored }).toEqual({ persisted: 8, reportStored: true });
    },
  );
});

describe.each(['slot-error', 'refusal'] as const)('a passing error, as %s', (kind) => {
  const passing: Fault = { kind, error: READONLY };

  it('of settle hides nothing: the claim is released, and what became of the snapshot is known', async () => {
    const { regions } = await push(
      [makeSnapshot('mena')],
      { match: { phase: 'commit' }, fault: { kind: 'unauthorised' } },
      { match: { phase: 'settle', nth: { to: 2 } }, fault: passing },
    );

    expect(regions).toMatchObject([{ status: 'failed', code: 'store-unauthorised', stored: 'no' }]);
    expect(await harness.redis.keys(keys.dedup('*', '*'))).toEqual([]);
  });

  it('of the look at a duplicate makes no failure of it', async () => {
    await push([makeSnapshot('mena')]);
    const { regions } = await push([makeSnapshot('mena')], {
      match: { phase: 'claim', command: 'eval', nth: { to: 2 } },
      fault: passing,
    });

    expect(regions).toMatchObject([{ status: 'duplicate', attempts: 4 }]);
  });
});

describe('a passing error that lasts longer than five attempts', () => {
  it.each(['slot-error', 'refusal'] as const)('is waited for, as %s', async (kind) => {
    const { regions, reportStored } = await push(
      [makeSnapshot('mena')],
      { match: { phase: 'claim', nth: { to: 7 } }, fault: { kind, error: READONLY } },
      { match: { phase: 'commit', nth: { to: 7 } }, fault: { kind, error: READONLY } },
      { match: { phase: 'report', nth: { to: 7 } }, fault: { kind, error: READONLY } },
    );

    expect(regions).toMatchObject([{ status: 'persisted', attempts: 16 }]);
    expect(reportStored).toBe(true);
  });
});

describe('a used-up quota', () => {
  it('is final at once, for 100 snapshots too, and is named', async () => {
    const hundred = Array.from({ length: 100 }, (_, i) => makeSnapshot('mena', { content: i }));
    const { regions } = await push(hundred, { fault: { kind: 'refusal', error: QUOTA } });

    expect(new Set(regions.map((region) => region.status === 'failed' && region.code))).toEqual(
      new Set(['store-quota']),
    );
    // A claim and a settle for each of 8 lanes, and the report.
    expect(harness.gateway.stats.requests).toBe(17);
  });
});

describe('a claim', () => {
  it('is proved by the OK of SET, whatever a replica that lags answers to GET', async () => {
    const lag: Fault = { kind: 'lagging-read', answer: 'nil' };
    const { regions } = await run({ match: { phase: 'claim' }, fault: lag });

    expect(regions.map(({ status, attempts }) => [status, attempts])).toEqual(
      REGION_IDS.map(() => ['persisted', 2]),
    );
  });

  it('that was evicted before the commit is made again', async () => {
    const { regions } = await push([makeSnapshot('mena')], commit(1, evictMarker));

    expect(regions).toMatchObject([{ status: 'persisted', attempts: 4 }]);
  });

  it('that is evicted before every commit is made again once, and then given up', async () => {
    const { regions } = await push([makeSnapshot('mena')], {
      match: { phase: 'commit' },
      fault: evictMarker,
    });

    expect(regions).toMatchObject([{ status: 'failed', code: 'claim-lost', stored: 'no', attempts: 5 }]);
  });
});

describe('an evicted key', () => {
  it('that was the marker does not hide from the repeat of a commit that it is stored', async () => {
    const { regions } = await push(
      [makeSnapshot('mena')],
      commit(1, { kind: 'drop-after' }),
      commit(2, evictMarker),
    );

    expect(regions).toMatchObject([{ status: 'persisted', attempts: 3 }]);
    expect(await harness.redis.zCard(keys.index('mena'))).toBe(1);
  });

  it('that was the marker does not hide it from settle', async () => {
    const { regions } = await push(
      [makeSnapshot('mena')],
      commit(1, { kind: 'drop-after' }),
      { match: { phase: 'commit' }, fault: { kind: 'drop-before' } },
      { match: { phase: 'settle' }, fault: evictMarker },
    );

    expect(regions).toMatchObject([{ status: 'persisted' }]);
  });

  it('that was a snapshot is stored again, and nothing is a duplicate of it', async () => {
    const snapshot = makeSnapshot('mena');
    await harness.redis.set(keys.dedup('mena', snapshotHash(snapshot)), 'gone-1');

    expect((await push([snapshot])).regions).toMatchObject([{ status: 'persisted' }]);
  });

  it('that was a snapshot which settle finds named by the marker is no duplicate either', async () => {
    const snapshot = makeSnapshot('mena');
    const pushing = push(
      [snapshot],
      { match: { phase: 'commit' }, fault: { kind: 'unauthorised' } },
      { match: { phase: 'settle' }, fault: { kind: 'delay', ms: 500 } },
    );
    await expect.poll(() => harness.gateway.stats.requests, { interval: 5 }).toBe(3);
    await harness.redis.set(keys.dedup('mena', snapshotHash(snapshot)), 'gone-1');

    expect((await pushing).regions).toMatchObject([{ status: 'failed', stored: 'no' }]);
  });

  it('that was latest, and then the index, is made up for by readers', async () => {
    const id = await publish({ generatedAt: NOW });
    const latest = () => harness.store().latest('mena', AbortSignal.timeout(9_000));

    const head = (await harness.redis.get(keys.head('mena'))) ?? '';
    await harness.redis.del([keys.latest('mena'), keys.head('mena')]);
    expect(await latest()).toMatchObject({ id, payload: expect.any(String) });
    await harness.redis.del(keys.index('mena'));
    await harness.redis.set(keys.head('mena'), head);
    expect(await latest()).toMatchObject({ id, payload: expect.any(String) });
  });

  it.each(['index', 'head'] as const)('that was the %s does not let latest move back', async (name) => {
    const id = await publish({ generatedAt: NOW });
    await harness.redis.del(keys[name]('mena'));

    await publish({ generatedAt: NOW - 1_000, content: 'older' });

    expect(await harness.redis.get(keys.latest('mena'))).toBe(id);
  });
});

describe('a wrong clock', () => {
  it('of a writer prunes no other snapshot, however far it is ahead', async () => {
    for (const content of [1, 2, 3]) await publish({ generatedAt: NOW - content, content });

    await publish({ generatedAt: NOW + 100 * DAY_MS, content: 'ahead' });

    expect(await harness.redis.zCard(keys.index('mena'))).toBe(4);
    expect(await harness.redis.zCard(keys.trend('mena'))).toBe(4);
  });

  it('of the server determines the age of snapshots', async () => {
    await publish({ generatedAt: NOW });
    harness.setFaults([{ fault: { kind: 'skewed-time', ms: 91 * DAY_MS } }]);

    const id = await publish({ generatedAt: NOW + 91 * DAY_MS, content: 'later' });

    expect(await harness.redis.zRange(keys.index('mena'), 0, -1)).toEqual([id]);
  });
});

describe('beside the snapshots', () => {
  it('a change of the regime is written into its history, once', async () => {
    const regime = (label: string, at: number) => ({
      ...makeSnapshot('mena', { generatedAt: at }),
      regime: { label },
    });
    await push([regime('watch', NOW - 2)]);
    await push([regime('alert', NOW - 1)]);
    await push([{ ...regime('alert', NOW), content: 'more' }]);

    const entries = await harness.redis.lRange(keys.regimeHistory('mena'), 0, -1);
    expect(entries.map((entry) => JSON.parse(entry))).toMatchObject([
      { region_id: 'mena', label: 'alert', previous_label: 'watch' },
    ]);
  });

  it('a push of all regions writes what health checks read', async () => {
    await push(REGION_IDS.map((id) => makeSnapshot(id)));

    expect(await harness.redis.exists([keys.summary, keys.seedMeta])).toBe(2);
  });
});
