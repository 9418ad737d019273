import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import type { InputReport } from '../../lib/runs/report.js';
import { createRunner, type RunRequest } from '../../lib/runs/run.js';
import type { Source } from '../../lib/runs/source.js';
import { createFakeClock } from '../support/fake-clock.js';
import { makeSnapshot } from '../support/snapshots.js';
import { keys, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

const HOUR_MS = 3_600_000;
/** Midnight of yesterday, UTC. */
const MIDNIGHT = Math.floor(Date.now() / (24 * HOUR_MS) - 1) * 24 * HOUR_MS;
const SOME = ['mena', 'europe', 'global'];
const STORED = { persisted: 8, duplicate: 0, current: 0, inFlight: 0, failed: 0 };
const IDLE = { ...STORED, persisted: 0, current: 8 };

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

/** What the feeds tell, and how often they were read. */
function world() {
  const told = { content: 'calm', usgs: 'ok' as InputReport['status'], reads: 0 };
  const source: Source = {
    async collect() {
      told.reads += 1;
      return {
        inputs: [{ input: 'usgs', status: told.usgs, events: 1, skipped: 0, durationMs: 1 }],
        assess: ({ regionId, now }) => ({
          status: 'assessed',
          snapshot: makeSnapshot(regionId, { generatedAt: now, content: told.content }),
        }),
      };
    },
  };
  return { told, source };
}

/** A run at this hour of the day; a tick unless told otherwise. */
async function runAt(hour: number, source: Source, request: Partial<RunRequest> = {}) {
  const runner = createRunner({
    store: harness.store(),
    environment: 'test',
    budgetMs: 10_000,
    random: () => 0,
    clock: createFakeClock(MIDNIGHT + hour * HOUR_MS),
  });
  const whole = {
    source,
    regionIds: REGION_IDS,
    trigger: 'cron',
    dryRun: false,
    due: true,
    ...request,
  } as const;
  return (await runner.run(whole)).report;
}

/** An hour passes for the clock of a run, but not for the store. */
async function forgetDuplicates() {
  const markers = await harness.redis.keys(keys.dedup('*', '*'));
  if (markers.length > 0) await harness.redis.del(markers);
}

const stored = (region = 'mena') => harness.redis.zCard(keys.index(region));
const reports = () => harness.redis.lLen(keys.runs);

describe('a tick when everything is stored in this slot', () => {
  it('asks the store once and the feeds not at all, and stores no report', async () => {
    const { told, source } = world();
    const first = await runAt(6, source);
    harness.gateway.clear();

    const report = await runAt(7, source);

    expect(report.counts).toEqual(IDLE);
    expect(report).toMatchObject({ inputs: [], reportStored: false, redis: { requests: 1, commands: 1 } });
    expect(harness.gateway.requests.map(({ commands }) => commands.map(([name]) => name))).toEqual([
      ['mget'],
    ]);
    expect(told.reads).toBe(1);
    expect(await reports()).toBe(1);
    expect(report.regions.map(({ snapshotId }) => snapshotId)).toEqual(
      first.regions.map(({ snapshotId }) => snapshotId),
    );
  });

  it('stores all again in the next slot', async () => {
    const { source } = world();
    await runAt(6, source);
    await forgetDuplicates();
    expect(await runAt(12, source)).toMatchObject({
      counts: STORED,
      slot: new Date(MIDNIGHT + 12 * HOUR_MS).toISOString(),
    });
  });

  it('stores all again for a caller who wants all', async () => {
    const { source, told } = world();
    await runAt(6, source);
    told.content = 'storm';
    expect((await runAt(6.5, source, { due: false, trigger: 'manual' })).counts).toEqual(STORED);
  });

  it('assesses nothing in a dry run, and still writes nothing', async () => {
    const { source } = world();
    await runAt(6, source);
    expect(await runAt(7, source, { dryRun: true })).toMatchObject({ counts: IDLE, reportStored: false });
  });
});

describe('the tick an hour later', () => {
  it('stores what a function that was killed, or a tick that never came, has left', async () => {
    const { source } = world();
    await runAt(0, source);
    // Killed at 06 after three regions, before its report.
    await forgetDuplicates();
    await runAt(6, source, { regionIds: SOME });
    await forgetDuplicates();

    const { counts, regions } = await runAt(7, source);

    expect(counts).toEqual({ ...STORED, persisted: 5, current: 3 });
    expect(regions.filter(({ status }) => status === 'current').map(({ regionId }) => regionId)).toEqual(
      SOME,
    );
    expect(await Promise.all(REGION_IDS.map(stored))).toEqual(Array(8).fill(2));
  });

  it('stores the region that failed, and makes no request for the others', async () => {
    const { source } = world();
    harness.setFaults([{ match: { phase: 'commit', region: 'mena' }, fault: { kind: 'unauthorised' } }]);
    expect((await runAt(6, source)).counts).toEqual({ ...STORED, persisted: 7, failed: 1 });
    harness.setFaults([]);
    harness.gateway.clear();

    expect((await runAt(7, source)).counts).toEqual({ ...STORED, persisted: 1, current: 7 });
    // Memories, claim, commit, report.
    expect(harness.gateway.requests).toHaveLength(4);
  });

  it('stores all regions when none could be assessed', async () => {
    const { source } = world();
    await runAt(6, { collect: () => Promise.reject(new Error('down')) });
    expect((await runAt(7, source)).counts).toEqual(STORED);
  });

  it('stores all regions again when a feed that was down is back', async () => {
    const { told, source } = world();
    told.usgs = 'failed';
    await runAt(6, source);
    await forgetDuplicates();
    Object.assign(told, { usgs: 'ok', content: 'storm' });

    expect((await runAt(7, source)).counts).toEqual(STORED);
    expect((await runAt(8, source)).counts).toEqual(IDLE);
    expect(told.reads).toBe(2);
  });

  it('stores nothing a second time while the feed is still down, and reports that it is', async () => {
    const { told, source } = world();
    told.usgs = 'failed';
    const first = await runAt(6, source);
    await forgetDuplicates();

    const report = await runAt(7, source);

    expect(report.counts).toEqual(IDLE);
    expect(report).toMatchObject({ inputs: [{ status: 'failed' }], reportStored: true });
    expect(report.regions.map(({ snapshotId }) => snapshotId)).toEqual(
      first.regions.map(({ snapshotId }) => snapshotId),
    );
    expect(await stored()).toBe(1);
  });

  it('tries again while what is remembered cannot be read', async () => {
    const { source } = world();
    await runAt(6, source);
    await harness.redis.set(keys.memory('mena'), '{');
    await forgetDuplicates();
    expect((await runAt(7, source)).counts).toEqual({ ...STORED, persisted: 1, current: 7 });
  });
});

describe('a tick that cannot ask the store', () => {
  it('fails every region, says current of none, and leaves the feeds alone', async () => {
    const { told, source } = world();
    await runAt(6, source);
    harness.setFaults([{ match: { phase: 'heads' }, fault: { kind: 'unauthorised' } }]);
    expect((await runAt(7, source)).counts).toEqual({ ...STORED, persisted: 0, failed: 8 });
    expect(told.reads).toBe(1);
  });
});

it('settles a slot that began with duplicates of a run just before it, with one more run', async () => {
  const { told, source } = world();
  await runAt(5.97, source, { due: false, trigger: 'manual' });
  // The same content within 15 minutes: nothing is written, and the slot is still without a snapshot.
  expect((await runAt(6, source)).counts).toEqual({ ...STORED, persisted: 0, duplicate: 8 });
  expect(await stored()).toBe(1);
  await forgetDuplicates();

  expect((await runAt(7, source)).counts).toEqual(STORED);
  expect((await runAt(8, source)).counts).toEqual(IDLE);
  expect(told.reads).toBe(3);
  expect(await stored()).toBe(2);
});

it('lets claims decide between two ticks at once', async () => {
  const { source } = world();
  const both = await Promise.all([runAt(6, source), runAt(6.0001, source)]);
  expect(both.map(({ counts }) => counts.failed)).toEqual([0, 0]);
  expect(both.reduce((sum, { counts }) => sum + counts.persisted, 0)).toBe(8);
  expect(await stored()).toBe(1);
});
