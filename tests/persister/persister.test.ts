import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { nestedBytes } from '../../lib/limits/json.js';
import type { PersistDeps } from '../../lib/persister/persist-all.js';
import { createPersister } from '../../lib/persister/persister.js';
import { StoreError } from '../../lib/persister/upstash/error.js';
import type { RegionReport } from '../../lib/runs/report.js';
import { type Snapshot, snapshotHash } from '../../lib/runs/snapshot.js';
import { persistSnapshots } from '../support/persist.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness, withDeadline } from '../support/store-harness.js';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

const EIGHT = REGION_IDS.map((region) => makeSnapshot(region));
/** No waits between attempts: what is tested is the order of things, not their duration. */
const AT_ONCE = { attempts: 5, baseMs: 0, capMs: 0 };

function persist(snapshots: readonly Snapshot[], options: Partial<PersistDeps> & { budgetMs?: number } = {}) {
  const { budgetMs = 10_000, ...deps } = options;
  const store = harness.store({ requestTimeoutMs: Math.min(5_000, budgetMs / 4) });
  const all = { store, retry: AT_ONCE, random: () => 0, ...deps };
  return withDeadline(budgetMs, (deadline) => persistSnapshots(all, snapshots, deadline));
}

const QUOTA = 'ERR max requests limit exceeded. Limit: 10000, Usage: 10000.';

const statuses = (reports: readonly RegionReport[]) =>
  Object.fromEntries(reports.map(({ regionId, status }) => [regionId, status]));
const all = (status: RegionReport['status']) => Object.fromEntries(REGION_IDS.map((id) => [id, status]));
const dedupOf = (snapshot: Snapshot) => keys.dedup(snapshot.region_id, snapshotHash(snapshot));

describe('persist', () => {
  it('stores 8 regions in 8 lanes with two requests and three commands each', async () => {
    const reports = await persist(EIGHT);

    expect(statuses(reports)).toEqual(all('persisted'));
    expect(harness.gateway.stats).toMatchObject({ requests: 16, commands: 24 });
    for (const { region_id, meta } of EIGHT) {
      expect(await harness.redis.get(keys.latest(region_id))).toBe(meta.snapshot_id);
    }
  });

  it('sends each document once, and little beside it', async () => {
    const remarks = 'x'.repeat(20_000);
    const large = EIGHT.map((snapshot) => ({ ...snapshot, remarks }));

    expect(statuses(await persist(large))).toEqual(all('persisted'));

    const documents = large.reduce((sum, snapshot) => sum + nestedBytes(JSON.stringify(snapshot)), 0);
    // The script, names and times, about 5 KB for each region, and the claim.
    expect(harness.gateway.stats.bytesIn - documents).toBeLessThan(8 * 6_500);
  });

  it('has all claims under way before the first is answered, and all commits likewise', async () => {
    harness.gateway.setRoundTrip(60);
    const order: string[] = [];
    await persist(EIGHT).finally(() => harness.gateway.setRoundTrip(0));
    for (const { commands } of harness.gateway.requests) order.push(commands[0]?.[0] ?? '');

    expect(order).toEqual([...Array(8).fill('set'), ...Array(8).fill('eval')]);
  });

  it('opens no connection after the claims', async () => {
    // A gateway of its own, to which no earlier test has left a connection.
    const fresh = await startStoreHarness();
    await withDeadline(10_000, (deadline) => persistSnapshots({ store: fresh.store() }, EIGHT, deadline));

    expect(fresh.gateway.stats).toMatchObject({ requests: 16, connections: 8 });
    await fresh.close();
  });

  it('asks less and less often while the store denies both that a claim is taken and that it is free', async () => {
    const mine = makeSnapshot('mena');
    await harness.redis.set(dedupOf(mine), 'claim:of-another.1');
    harness.setFaults([{ match: { command: 'GET' }, fault: { kind: 'lagging-read', answer: 'nil' } }]);

    const [report] = await persist([mine], { budgetMs: 3_000, random: () => 0.999 });

    expect(report).toMatchObject({ status: 'in-flight' });
    // Waits of 20, 40, 80 … ms: with waits of at most 20 it was 88.
    expect(harness.gateway.stats.requests).toBeLessThan(15);
  });

  it('reports in the order given, with the id, the requests and a time for claim and commit', async () => {
    const [report] = await persist([makeSnapshot('mena')]);

    expect(report).toMatchObject({
      regionId: 'mena',
      snapshotId: makeSnapshot('mena').meta.snapshot_id,
      attempts: 2,
    });
    expect(report?.claimMs).toBeGreaterThan(0);
    expect(report?.commitMs).toBeGreaterThan(0);
  });

  it('finds duplicates with two requests each, a claim and a look, and names what they duplicate', async () => {
    await persist(EIGHT);
    harness.gateway.clear();

    const later = EIGHT.map((snapshot) =>
      makeSnapshot(snapshot.region_id, { generatedAt: snapshot.generated_at + 1 }),
    );
    const reports = await persist(later);

    expect(reports.map((report) => report.status === 'duplicate' && report.duplicateOf)).toEqual(
      EIGHT.map(({ meta }) => meta.snapshot_id),
    );
    expect(reports.map(({ attempts }) => attempts)).toEqual(Array(8).fill(2));
    expect(harness.gateway.stats).toMatchObject({ requests: 16, commands: 24 });
  });

  it('stores every region once when two runs begin at the same moment', async () => {
    const runs = await Promise.all(
      [NOW, NOW + 1].map((at) =>
        persist(
          EIGHT.map((s) => makeSnapshot(s.region_id, { generatedAt: at })),
          { retry: { attempts: 5, baseMs: 5, capMs: 50 }, random: Math.random },
        ),
      ),
    );

    const [first = [], second = []] = runs.map((reports) => reports.map(({ status }) => status));
    first.forEach((status, i) => {
      expect([status, second[i]].toSorted()).toEqual(['duplicate', 'persisted']);
    });
    for (const region of REGION_IDS) expect(await harness.redis.zCard(keys.index(region))).toBe(1);
  });

  it('stores equal content once within a run', async () => {
    const twice = [
      makeSnapshot('mena', { generatedAt: NOW }),
      makeSnapshot('mena', { generatedAt: NOW + 1 }),
    ];

    const reports = await persist(twice);

    expect(reports.map(({ status }) => status).toSorted()).toEqual(['duplicate', 'persisted']);
    expect(await harness.redis.zCard(keys.index('mena'))).toBe(1);
  });

  it('takes what changes back within 15 minutes for a duplicate of the first, and latest stays', async () => {
    const calm = makeSnapshot('mena', { content: 'calm' });
    const storm = makeSnapshot('mena', { content: 'storm', generatedAt: NOW + 1 });
    await persist([calm]);
    await persist([storm]);

    expect(await persist([makeSnapshot('mena', { content: 'calm', generatedAt: NOW + 2 })])).toMatchObject([
      { status: 'duplicate', duplicateOf: calm.meta.snapshot_id },
    ]);
    expect(await harness.redis.get(keys.latest('mena'))).toBe(storm.meta.snapshot_id);
  });

  it('waits for the claim of another writer and finds what that one stored', async () => {
    const snapshot = makeSnapshot('mena');
    await harness.redis.set(dedupOf(snapshot), 'claim:theirs.1');
    const waiting = persist([snapshot], { random: () => 0.3 });
    await expect.poll(() => harness.gateway.stats.requests).toBeGreaterThan(1);
    await harness.redis.set(keys.snapshotById('their-id'), '{}');
    await harness.redis.set(dedupOf(snapshot), 'their-id');

    expect(await waiting).toMatchObject([{ status: 'duplicate', duplicateOf: 'their-id' }]);
  });

  it('stores it itself when the other writer is gone', async () => {
    const snapshot = makeSnapshot('mena');
    await harness.redis.set(dedupOf(snapshot), 'claim:theirs.1');
    const waiting = persist([snapshot], { random: () => 0.3 });
    await expect.poll(() => harness.gateway.stats.requests).toBeGreaterThan(1);
    await harness.redis.del(dedupOf(snapshot));

    expect(await waiting).toMatchObject([{ status: 'persisted' }]);
  });

  it('is in flight when the other writer keeps its claim, and says for how long', async () => {
    const [snapshot, other] = [makeSnapshot('mena'), makeSnapshot('europe')];
    await harness.redis.set(dedupOf(snapshot), 'claim:theirs.1', {
      expiration: { type: 'PX', value: 30_000 },
    });

    const [waited, stored] = await persist([snapshot, other], { parallelism: 1, budgetMs: 2_000 });

    expect(waited).toMatchObject({ status: 'in-flight' });
    expect(waited?.attempts).toBeGreaterThan(2);
    expect(waited?.status === 'in-flight' && waited.retryAfterMs).toBeGreaterThan(20_000);
    expect(stored).toMatchObject({ status: 'persisted', attempts: 2 });
    expect(await harness.redis.get(dedupOf(snapshot))).toBe('claim:theirs.1');
  });
});

describe('one region that fails', () => {
  it('leaves the other seven alone, gives up its claim, and is stored by the next run at once', async () => {
    harness.setFaults([
      { match: { phase: 'commit', region: 'mena' }, fault: { kind: 'status', status: 500 } },
    ]);
    const reports = await persist(EIGHT);

    expect(statuses(reports)).toEqual({ ...all('persisted'), mena: 'failed' });
    expect(reports[0]).toMatchObject({
      phase: 'commit',
      code: 'store-http-500',
      stored: 'no',
      attempts: 1 + 5 + 1,
    });
    expect(reports.slice(1).map(({ attempts }) => attempts)).toEqual(Array(7).fill(2));
    expect(await harness.redis.exists(dedupOf(makeSnapshot('mena')))).toBe(0);

    harness.setFaults([]);
    expect(statuses(await persist(EIGHT))).toEqual({ ...all('duplicate'), mena: 'persisted' });
  });

  it('takes no other down in a lane of 16 when every commit that carries it is answered with 500', async () => {
    const snapshots = Array.from({ length: 16 }, (_, i) => makeSnapshot(`entity-${i}`));
    harness.setFaults([
      { match: { phase: 'commit', region: 'entity-5' }, fault: { kind: 'status', status: 500 } },
    ]);

    const reports = await persist(snapshots, { parallelism: 1, budgetMs: 40_000 });

    expect(reports.filter(({ status }) => status !== 'persisted')).toMatchObject([
      { regionId: 'entity-5', status: 'failed', stored: 'no' },
    ]);
  });

  it('takes no other down when the store refuses a request because of it', async () => {
    const snapshots = Array.from({ length: 4 }, (_, i) => makeSnapshot(`entity-${i}`));
    harness.setFaults([
      { match: { phase: 'commit', region: 'entity-2' }, fault: { kind: 'status', status: 400 } },
    ]);

    const reports = await persist(snapshots, { parallelism: 1 });

    expect(reports.map(({ status }) => status)).toEqual(['persisted', 'persisted', 'failed', 'persisted']);
    expect(reports[2]).toMatchObject({ code: 'store-http-400' });
  });

  it.each(
    (['claim', 'commit'] as const).flatMap((phase) => [403, 413].map((status) => [phase, status] as const)),
  )(
    'takes none of 99 others down when every %s that carries it is answered with %i',
    async (phase, status) => {
      const snapshots = Array.from({ length: 100 }, (_, i) => makeSnapshot(`entity-${i}`));
      harness.setFaults([{ match: { phase, region: 'entity-42' }, fault: { kind: 'status', status } }]);

      const reports = await persist(snapshots, { budgetMs: 40_000 });

      expect(reports.filter((report) => report.status !== 'persisted')).toMatchObject([
        { regionId: 'entity-42', status: 'failed', phase, stored: 'no' },
      ]);
    },
  );

  it.each(['claim', 'commit'] as const)(
    'takes no other down in a lane of 7 when every %s that carries it hangs',
    async (phase) => {
      const snapshots = Array.from({ length: 7 }, (_, i) => makeSnapshot(`entity-${i}`));
      harness.setFaults([{ match: { phase, region: 'entity-4' }, fault: { kind: 'hang' } }]);
      const store = harness.store({ requestTimeoutMs: 800 });
      const twice = { ...AT_ONCE, attempts: 2 };

      const reports = await persist(snapshots, { store, parallelism: 1, retry: twice, budgetMs: 40_000 });

      expect(reports.filter(({ status }) => status !== 'persisted')).toMatchObject([
        { regionId: 'entity-4', status: 'failed', phase, code: 'store-timeout', stored: 'no' },
      ]);
    },
  );

  it('costs its neighbours none of their attempts, however often their request is halved for it', async () => {
    const snapshots = Array.from({ length: 16 }, (_, i) => makeSnapshot(`entity-${i}`));
    harness.setFaults([
      { match: { phase: 'commit', region: 'entity-4' }, fault: { kind: 'status', status: 403 } },
      // Alone at last, after 4 requests that it shared with the other.
      { match: { phase: 'commit', region: 'entity-5', nth: 5 }, fault: { kind: 'status', status: 503 } },
    ]);

    const reports = await persist(snapshots, { parallelism: 1, budgetMs: 40_000 });

    expect(reports.slice(4, 6)).toMatchObject([
      { status: 'failed', code: 'store-http-403' },
      { status: 'persisted', attempts: 7 },
    ]);
  });

  it('fails alone for its own key of the wrong type, without a retry', async () => {
    await harness.redis.set(keys.index('mena'), 'a string');

    const reports = await persist(EIGHT);

    expect(statuses(reports)).toEqual({ ...all('persisted'), mena: 'failed' });
    expect(reports[0]).toMatchObject({ phase: 'commit', code: 'redis-wrongtype', stored: 'no', attempts: 3 });
    expect(await harness.redis.exists(dedupOf(makeSnapshot('mena')))).toBe(0);
  });

  it('fails alone when it is not valid, before anything is sent', async () => {
    const broken = { ...makeSnapshot('mena'), region_id: 'a:b' };

    const reports = await persist([broken, makeSnapshot('europe')]);

    expect(reports).toMatchObject([
      {
        regionId: 'a:b',
        status: 'failed',
        phase: 'validate',
        code: 'invalid-snapshot',
        stored: 'no',
        attempts: 0,
      },
      { status: 'persisted' },
    ]);
  });

  it('fails alone when its id belongs to another snapshot', async () => {
    await persist([makeSnapshot('mena', { id: 'same', content: 'one' })]);

    const reports = await persist([
      makeSnapshot('mena', { id: 'same', content: 'two' }),
      makeSnapshot('europe'),
    ]);

    expect(reports).toMatchObject([{ code: 'id-conflict', stored: 'no' }, { status: 'persisted' }]);
    expect(await harness.redis.get(keys.snapshotById('same'))).toContain('"one"');
  });
});

describe('a lost answer', () => {
  it('of the claim: the claim is recognised and the snapshot stored', async () => {
    harness.setFaults([{ match: { phase: 'claim', nth: 1 }, fault: { kind: 'drop-after' } }]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([{ status: 'persisted', attempts: 3 }]);
  });

  it('of the commit: the repeat finds it stored', async () => {
    harness.setFaults([{ match: { phase: 'commit', nth: 1 }, fault: { kind: 'drop-after' } }]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([{ status: 'persisted', attempts: 3 }]);
    expect(await harness.redis.zCard(keys.index('mena'))).toBe(1);
  });

  it('of every commit: settle finds it stored', async () => {
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'drop-after' } }]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([
      { status: 'persisted', attempts: 1 + 5 + 1 },
    ]);
  });

  it('of every commit and every settle: nobody knows, and the report says so', async () => {
    harness.setFaults([
      { match: { phase: 'commit' }, fault: { kind: 'drop-after' } },
      { match: { phase: 'settle' }, fault: { kind: 'drop-before' } },
    ]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([
      { status: 'failed', phase: 'commit', code: 'store-unreachable', stored: 'unknown' },
    ]);
  });

  it('of a commit whose marker was evicted: what is unknown is not called unstored', async () => {
    const snapshot = makeSnapshot('mena');
    const store = harness.store();
    let commits = 0;
    // The marker is evicted and another writer claims the content before the commit is repeated.
    const publish: typeof store.publish = async (...args) => {
      const replies = await store.publish(...args);
      commits += 1;
      if (commits > 1) return replies;
      await harness.redis.set(dedupOf(snapshot), 'claim:another.1');
      throw new StoreError('store-unreachable', 'the answer was lost', { retryable: true });
    };
    harness.setFaults([
      { match: { phase: 'claim', nth: { from: 3 } }, fault: { kind: 'refusal', error: QUOTA } },
      { match: { phase: 'settle' }, fault: { kind: 'drop-before' } },
    ]);

    expect(await persist([snapshot], { store: { ...store, publish } })).toMatchObject([
      { status: 'failed', code: 'store-quota', stored: 'unknown' },
    ]);
    expect(await harness.redis.exists(keys.snapshotById(snapshot.meta.snapshot_id))).toBe(1);
  });

  it('of every claim: the claims are given up, and nothing can be stored', async () => {
    harness.setFaults([{ match: { phase: 'claim' }, fault: { kind: 'drop-after' } }]);
    const snapshot = makeSnapshot('mena');

    expect(await persist([snapshot])).toMatchObject([{ status: 'failed', phase: 'claim', stored: 'no' }]);
    expect(await harness.redis.exists(dedupOf(snapshot))).toBe(0);
  });
});

describe('a late request', () => {
  it('publishes nothing after its claim was given up', async () => {
    const schedule = harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'delay', ms: 300 } }]);

    const reports = await persist([makeSnapshot('mena')], {
      budgetMs: 400,
      retry: { ...AT_ONCE, attempts: 1 },
    });
    expect(reports).toMatchObject([{ status: 'failed', stored: 'no' }]);

    await schedule.settled();
    expect(await harness.redis.exists(keys.index('mena'))).toBe(0);
  });

  it('cannot revive a claim for a publish that is late too', async () => {
    const schedule = harness.setFaults([
      { match: { phase: 'claim', nth: 1 }, fault: { kind: 'delay', ms: 500 } },
      { match: { phase: 'commit' }, fault: { kind: 'delay', ms: 600 } },
    ]);

    const reports = await persist([makeSnapshot('mena')], {
      budgetMs: 600,
      retry: { ...AT_ONCE, attempts: 2 },
    });
    expect(reports).toMatchObject([{ status: 'failed', phase: 'commit', stored: 'no' }]);

    await schedule.settled();
    expect(schedule.injected.length).toBeGreaterThan(1);
    expect(await harness.redis.exists(keys.index('mena'))).toBe(0);
  });

  it('is lost when the claim has gone to another writer meanwhile', async () => {
    const snapshot = makeSnapshot('mena');
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'delay', ms: 200 } }]);
    const persisting = persist([snapshot], { budgetMs: 5_000 });
    await expect.poll(() => harness.redis.exists(dedupOf(snapshot)), { interval: 5 }).toBe(1);
    await harness.redis.set(dedupOf(snapshot), 'claim:theirs.1');

    expect(await persisting).toMatchObject([{ status: 'in-flight' }]);
    expect(await harness.redis.exists(keys.index('mena'))).toBe(0);
  });
});

describe('time', () => {
  it('leases a claim for what is left of the run and 15 s more', async () => {
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'delay', ms: 200 } }]);
    const snapshot = makeSnapshot('mena');
    const persisting = persist([snapshot], { budgetMs: 10_000 });
    await expect.poll(() => harness.redis.exists(dedupOf(snapshot)), { interval: 5 }).toBe(1);
    const lease = await harness.redis.pTTL(dedupOf(snapshot));
    await persisting;

    expect(lease).toBeLessThanOrEqual(25_000);
    expect(lease).toBeGreaterThan(23_000);
  });

  it('ends before the deadline when the store never answers', async () => {
    harness.setFaults([{ fault: { kind: 'hang' } }]);
    const begun = performance.now();

    const reports = await persist(EIGHT, { budgetMs: 2_000 });

    expect(statuses(reports)).toEqual(all('failed'));
    expect(reports[0]).toMatchObject({ phase: 'claim', stored: 'no' });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('gives up the claims in the time kept for it when commits never answer', async () => {
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'hang' } }]);

    const reports = await persist(EIGHT, { budgetMs: 4_000 });

    expect(reports.map((report) => report.status === 'failed' && report.stored)).toEqual(Array(8).fill('no'));
    expect(await harness.redis.keys('*dedup*')).toEqual([]);
  });

  it('does not wait for a Retry-After that is longer than the run', async () => {
    const headers = { 'retry-after': '3600' };
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'status', status: 429, headers } }]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([
      { status: 'failed', code: 'store-http-429', stored: 'no', attempts: 3 },
    ]);
  });

  it('waits for a Retry-After that fits', async () => {
    const headers = { 'retry-after': '1' };
    harness.setFaults([
      { match: { phase: 'commit', nth: 1 }, fault: { kind: 'status', status: 429, headers } },
    ]);

    const [report] = await persist([makeSnapshot('mena')]);

    expect(report).toMatchObject({ status: 'persisted', attempts: 3 });
    expect(report?.commitMs).toBeGreaterThan(990);
  });

  it('does not repeat what a 401 refuses', async () => {
    harness.setFaults([{ match: { phase: 'commit' }, fault: { kind: 'unauthorised' } }]);

    expect(await persist([makeSnapshot('mena')])).toMatchObject([
      { code: 'store-unauthorised', attempts: 3 },
    ]);
  });
});

describe('many regions', () => {
  it('shares lanes: 80 regions take 16 requests', async () => {
    const reports = await persist(Array.from({ length: 80 }, (_, i) => makeSnapshot(`entity-${i}`)));

    expect(reports.every(({ status }) => status === 'persisted')).toBe(true);
    expect(harness.gateway.stats).toMatchObject({ requests: 16, commands: 240 });
  });

  it('sends a lane above 4 MB in several requests, in turn', async () => {
    const content = 'x'.repeat(1_500_000);
    const snapshots = Array.from({ length: 4 }, (_, i) => makeSnapshot(`entity-${i}`, { content }));

    const reports = await persist(snapshots, { parallelism: 1 });

    expect(reports.every(({ status }) => status === 'persisted')).toBe(true);
    expect(harness.gateway.stats.requests).toBe(1 + 2);
  });

  it('sends what fills a request alone', async () => {
    const snapshots = [10, 3_998_000, 10].map((length, i) =>
      makeSnapshot(`entity-${i}`, { content: 'x'.repeat(length) }),
    );

    const reports = await persist(snapshots, { parallelism: 1 });

    expect(reports.every(({ status }) => status === 'persisted')).toBe(true);
    expect(harness.gateway.stats.requests).toBe(1 + 3);
  });

  it('has a lane of many under way while the next is made ready', async () => {
    const order: string[] = [];
    const store = harness.store();
    const watched = {
      ...store,
      claim: (...args: Parameters<typeof store.claim>) => {
        order.push('claim');
        setImmediate(() => order.push('turn'));
        return store.claim(...args);
      },
    };
    const snapshots = Array.from({ length: 4 }, (_, i) => ({
      ...makeSnapshot(`entity-${i}`),
      // Asked for by each look at the whole snapshot.
      get watch() {
        if (order.at(-1) !== `${i}`) order.push(`${i}`);
        return i;
      },
    }));
    order.length = 0;

    await persist(snapshots, { store: watched, parallelism: 2 });

    expect(order).toEqual(['0', '2', 'claim', 'turn', '1', '3', 'claim', 'turn']);
  });

  it('refuses a snapshot that no request can carry', async () => {
    const reports = await persist([makeSnapshot('mena', { content: 'x'.repeat(4_000_001) })]);

    expect(reports).toMatchObject([{ phase: 'validate', code: 'snapshot-too-large', stored: 'no' }]);
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it('persists nothing with no request', async () => {
    expect(await persist([])).toEqual([]);
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s lanes', (parallelism) => {
    expect(() => createPersister({ url: 'http://127.0.0.1', token: 'x', parallelism })).toThrow(RangeError);
  });
});
