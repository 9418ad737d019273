import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HazardFeed } from '../../lib/hazards/feeds/feed.js';
import type { RegionOfPoint } from '../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { createHazardSource } from '../../lib/hazards/source.js';
import type { Clock } from '../../lib/limits/deadline.js';
import { createRunner, type RunRequest } from '../../lib/runs/run.js';
import { traceWith } from '../../lib/tracing.js';
import { hazardEvent } from '../hazards/support/events.js';
import { makeSnapshot } from '../support/snapshots.js';
import { createSpanRecorder, type RecordedSpan, type SpanRecorder } from '../support/span-recorder.js';
import { type StoreHarness, startStoreHarness } from '../support/store-harness.js';

let harness: StoreHarness;
let recorder: SpanRecorder;
let stop = () => {};
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(async () => {
  await record();
  await harness.reset();
});
afterEach(() => stop());
afterAll(() => harness.close());

/** From here on, with a recorder that has heard nothing yet. */
async function record(clock?: Clock) {
  stop();
  recorder = createSpanRecorder(clock);
  stop = await traceWith(recorder.tracer);
}

const everywhere: RegionOfPoint = () => 'europe';
const SECRET = 'of-the-content';
const usgs: HazardFeed = {
  name: 'usgs',
  read: async () => ({
    events: [hazardEvent({ summary: SECRET })],
    skipped: 2,
    asOf: null,
    gaps: [SECRET],
    notes: [],
  }),
};
const broken: HazardFeed = {
  name: 'gdacs-eq',
  read: () => Promise.reject(new Error('www.gdacs.org/api: HTTP 500')),
};
const hanging: HazardFeed = { name: 'gdacs-tc', read: () => new Promise(() => undefined) };

const sourceOf = (...feeds: HazardFeed[]) =>
  createHazardSource({ feeds, geography: { load: async () => everywhere } });

function createTracedRunner({ budgetMs = 10_000 } = {}) {
  const store = harness.store({ requestTimeoutMs: budgetMs / 4 });
  return createRunner({ store, environment: 'test', budgetMs, random: () => 0 });
}

function run(request: Partial<RunRequest> = {}, options: { budgetMs?: number } = {}) {
  const source = sourceOf(usgs, broken);
  return createTracedRunner(options).run({
    source,
    regionIds: REGION_IDS,
    trigger: 'cron',
    dryRun: false,
    ...request,
  });
}

const named = (name: string) => recorder.spans.filter((span) => span.name === name);
const only = (name: string): RecordedSpan => {
  const [span, ...others] = named(name);
  if (span === undefined || others.length > 0)
    throw new Error(`${others.length + 1} spans are named ${name}`);
  return span;
};
const attribute = (span: RecordedSpan | undefined, name: string) =>
  span?.attributes[`region_persister.${name}`];
const failureOf = ({ status }: RecordedSpan) =>
  status.code === SpanStatusCode.ERROR ? status.message : undefined;
const outline = () => recorder.spans.map(({ name, parent }) => `${parent?.name ?? ''} > ${name}`).toSorted();

function expectAllEnded() {
  expect(recorder.spans.filter(({ ends }) => ends !== 1)).toEqual([]);
  expect(recorder.late).toEqual([]);
}

describe('a traced run', () => {
  it('has a span for the run, collect, each feed, and the claim and the commit of each lane', async () => {
    await run();

    expect(outline()).toEqual([
      ' > run',
      'collect > feed gdacs-eq',
      'collect > feed usgs',
      ...Array(8).fill('run > claim'),
      'run > collect',
      ...Array(8).fill('run > commit'),
    ]);
    expectAllEnded();
  });

  it('says of the run what the report says', async () => {
    const { report } = await run();

    expect(only('run').attributes).toEqual({
      'region_persister.run_id': report.runId,
      'region_persister.trigger': 'cron',
      'region_persister.environment': 'test',
      'region_persister.dry_run': false,
      'region_persister.count.persisted': 8,
      'region_persister.count.duplicate': 0,
      'region_persister.count.current': 0,
      'region_persister.count.in_flight': 0,
      'region_persister.count.failed': 0,
      'region_persister.report_failure': undefined,
    });
    expect(failureOf(only('run'))).toBeUndefined();
  });

  it('says what each feed and collect came to', async () => {
    await run();

    expect(only('feed usgs').attributes).toEqual({
      'region_persister.input': 'usgs',
      'region_persister.status': 'incomplete',
      'region_persister.events': 1,
      'region_persister.skipped': 2,
    });
    expect(failureOf(only('feed usgs'))).toBeUndefined();
    expect(attribute(only('feed gdacs-eq'), 'status')).toBe('failed');
    expect(failureOf(only('feed gdacs-eq'))).toBe('feed-failed');
    expect(only('collect').attributes).toEqual({
      'region_persister.region_ids': [...REGION_IDS],
      'region_persister.inputs': 2,
      'region_persister.inputs_failed': 1,
      'region_persister.snapshots': 8,
    });
    expect(failureOf(only('collect'))).toBeUndefined();
  });

  it('names the regions of each lane and what they came to', async () => {
    await run();

    for (const [name, outcome] of [
      ['claim', 'owned'],
      ['commit', 'stored'],
    ] as const) {
      expect(named(name).map((span) => attribute(span, 'region_ids'))).toEqual(
        expect.arrayContaining(REGION_IDS.map((id) => [id])),
      );
      expect(named(name).map((span) => attribute(span, 'outcomes'))).toEqual(Array(8).fill([outcome]));
      expect(named(name).map(failureOf)).toEqual(Array(8).fill(undefined));
    }
  });

  it('has the times of the waterfall', async () => {
    let elapsedMs = 0;
    const taking =
      <Args extends unknown[], Reply>(ms: number, ask: (...args: Args) => Promise<Reply>) =>
      async (...args: Args) => {
        const reply = await ask(...args);
        elapsedMs += ms;
        return reply;
      };
    const clock = { now: () => Date.now(), monotonic: () => elapsedMs };
    await record(clock);
    const store = harness.store();
    const { report } = await createRunner({
      store: { ...store, claim: taking(40, store.claim), publish: taking(70, store.publish) },
      environment: 'test',
      budgetMs: 10_000,
      clock,
    }).run({
      source: sourceOf({ ...usgs, read: taking(300, usgs.read) }),
      regionIds: ['mena'],
      trigger: 'cron',
      dryRun: false,
    });

    const timesOf = ({ startedAt, endedAt }: RecordedSpan) => ({ startedAt, endedAt });
    expect(report.regions).toMatchObject([{ startMs: 300, claimMs: 40, commitMs: 70 }]);
    expect(timesOf(only('feed usgs'))).toEqual({ startedAt: 0, endedAt: 300 });
    expect(timesOf(only('collect'))).toEqual({ startedAt: 0, endedAt: 300 });
    expect(timesOf(only('claim'))).toEqual({ startedAt: 300, endedAt: 340 });
    expect(timesOf(only('commit'))).toEqual({ startedAt: 340, endedAt: 410 });
    expect(timesOf(only('run'))).toEqual({ startedAt: 0, endedAt: 410 });
  });

  it('has no commits and no claims in a dry run', async () => {
    await run({ dryRun: true });

    expect(attribute(only('run'), 'dry_run')).toBe(true);
    expect(outline()).toEqual([' > run', 'collect > feed gdacs-eq', 'collect > feed usgs', 'run > collect']);
    expectAllEnded();
  });

  it('names all regions of a lane that carries several', async () => {
    const snapshots = Array.from({ length: 9 }, (_, i) => makeSnapshot(`entity-${i}`));
    await createTracedRunner().push(snapshots);

    expect(attribute(only('run'), 'trigger')).toBe('push');
    expect(named('claim')).toHaveLength(8);
    expect(attribute(named('claim')[0], 'region_ids')).toEqual(['entity-0', 'entity-8']);
    expect(attribute(named('commit')[0], 'outcomes')).toHaveLength(1);
  });

  it('carries no content, token, key or URL', async () => {
    harness.setFaults([{ match: { phase: 'commit', region: 'mena' }, fault: { kind: 'unauthorised' } }]);
    await run({ source: sourceOf(usgs, broken, { ...usgs, name: 'second' }) });

    const told = JSON.stringify(recorder.spans.map((span) => ({ ...span, parent: null })));
    for (const secret of [
      SECRET,
      harness.gateway.token,
      harness.gateway.url,
      'claim:',
      'gdacs.org',
      'http:',
    ]) {
      expect(told).not.toContain(secret);
    }
    for (const { attributes } of recorder.spans) {
      expect(Object.keys(attributes).filter((key) => !key.startsWith('region_persister.'))).toEqual([]);
    }
  });
});

describe('what goes wrong in a traced run', () => {
  it('is an error of the commit, with a settle after it, and of the run', async () => {
    harness.setFaults([{ match: { phase: 'commit', region: 'mena' }, fault: { kind: 'unauthorised' } }]);
    await run();

    const commit = named('commit').find((span) => failureOf(span) !== undefined);
    expect(commit && failureOf(commit)).toBe('store-unauthorised');
    expect(attribute(commit, 'region_ids')).toEqual(['mena']);
    expect(attribute(commit, 'outcomes')).toEqual(['failed']);
    expect(only('settle')).toMatchObject({ parent: { name: 'run' } });
    expect(attribute(only('settle'), 'outcomes')).toEqual(['released']);
    expect(failureOf(only('run'))).toBe('store-unauthorised');
    expect(attribute(only('run'), 'count.failed')).toBe(1);
    expectAllEnded();
  });

  it('is an error of the commit that the store refused as well', async () => {
    await createTracedRunner().push([makeSnapshot('mena', { id: 'taken', content: 1 })]);
    await record();
    await createTracedRunner().push([makeSnapshot('mena', { id: 'taken', content: 2 })]);

    expect(attribute(only('commit'), 'outcomes')).toEqual(['conflict']);
    expect(failureOf(only('commit'))).toBe('conflict');
    expect(failureOf(only('run'))).toBe('id-conflict');
  });

  it('is not an error when a region is a duplicate', async () => {
    await createTracedRunner().push([makeSnapshot('mena')]);
    await record();
    await createTracedRunner().push([makeSnapshot('mena')]);

    expect(attribute(only('claim'), 'outcomes')).toEqual(['duplicate']);
    expect(recorder.spans.map(failureOf)).toEqual([undefined, undefined, undefined]);
    expect(attribute(only('verify'), 'outcomes')).toEqual(['there']);
    expect(attribute(only('run'), 'count.duplicate')).toBe(1);
  });

  it('ends every span of a run whose store never answers', async () => {
    harness.setFaults([{ fault: { kind: 'hang' } }]);
    await run({}, { budgetMs: 1_000 });

    expect(failureOf(only('collect'))).toBe('deadline');
    expect(attribute(only('run'), 'report_failure')).toBe('deadline');
    expectAllEnded();
  });

  it('ends the span of a claim whose store never answers', async () => {
    harness.setFaults([{ fault: { kind: 'hang' } }]);
    await createTracedRunner({ budgetMs: 1_000 }).push([makeSnapshot('mena')]);

    expect(attribute(only('claim'), 'outcomes')).toEqual(['failed']);
    expect(failureOf(only('claim'))).toBe('deadline');
    expect(attribute(only('settle'), 'outcomes')).toEqual(['failed']);
    expectAllEnded();
  });

  it('ends the span of a feed that heeds no signal when collect ends', async () => {
    await run({ source: sourceOf(usgs, hanging) }, { budgetMs: 300 });

    expect(failureOf(only('feed gdacs-tc'))).toBe('unfinished');
    expect(failureOf(only('collect'))).toBe('collect-deadline');
    expectAllEnded();
  });

  it('ends the span of a run that a bug breaks, without its words', async () => {
    const log = () => {
      throw new Error('secret words');
    };
    const store = harness.store();
    const runner = createRunner({
      store,
      environment: 'test',
      budgetMs: 5_000,
      log,
    });

    await expect(runner.push([makeSnapshot('mena')])).rejects.toThrow('secret words');

    expect(failureOf(only('run'))).toBe('internal');
    expect(JSON.stringify(recorder.spans)).not.toContain('secret words');
    expectAllEnded();
  });
});
