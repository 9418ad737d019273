import { describe, expect, it } from 'vitest';
import type { HazardEvent } from '../../lib/hazards/event.js';
import type { FeedReading, HazardFeed } from '../../lib/hazards/feeds/feed.js';
import { createGdacsFeeds } from '../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../lib/hazards/feeds/usgs.js';
import { createGeography, type RegionOfPoint } from '../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../lib/hazards/source.js';
import { InputReportSchema } from '../../lib/runs/report.js';
import { snapshotHash } from '../../lib/runs/snapshot.js';
import type { CollectContext, Collection } from '../../lib/runs/source.js';
import { hazardEvent } from './support/events.js';
import { gdacsRow, NOW, usgsRow } from './support/rows.js';
import { AT_ONCE, featureCollection, NEVER, serve } from './support/serve.js';

const EMPTY: FeedReading = { events: [], skipped: 0, asOf: null, gaps: [], notes: [] };
const CONTEXT = { now: NOW, signal: NEVER };

function feedOf(name: string, events: readonly HazardEvent[], rest: Partial<FeedReading> = {}): HazardFeed {
  return { name, read: async () => ({ ...EMPTY, events, ...rest }) };
}

function brokenFeed(name: string, error: unknown = new Error('HTTP 503')): HazardFeed {
  return { name, read: () => Promise.reject(error) };
}

const nowhere: RegionOfPoint = () => null;
const OPEN_SEA = { load: async () => nowhere };

function collect(feeds: readonly HazardFeed[], geography = OPEN_SEA) {
  let ticks = 0;
  const clock = { now: () => NOW, monotonic: () => (ticks += 10) };
  return createHazardSource({ feeds, geography, clock }).collect(CONTEXT);
}

function assessRegion(collection: Collection, regionId: string) {
  return collection.assess({ regionId, memory: null, recalled: new Map(), now: NOW, trigger: 'scheduled' });
}

function snapshotOf(collection: Collection, regionId: string) {
  const assessment = assessRegion(collection, regionId);
  if (assessment.status === 'failed') throw new Error(assessment.message);
  return AssessedSnapshotSchema.parse(assessment.snapshot);
}

describe('createHazardSource', () => {
  it('reports the inputs in the order of the feeds: their state, age, and what was skipped', async () => {
    const { inputs } = await collect([
      feedOf('b', [hazardEvent()], { asOf: NOW - 60_000, notes: ['by another way'] }),
      brokenFeed('a', new Error('x'.repeat(1_000))),
      feedOf('c', [hazardEvent()], { skipped: 3, gaps: ['3 rows could not be read', 'there may be more'] }),
      feedOf('d', []),
    ]);
    const durationMs = expect.any(Number);
    expect(inputs.map((input) => InputReportSchema.parse(input))).toEqual([
      {
        input: 'b',
        status: 'ok',
        events: 1,
        skipped: 0,
        asOf: new Date(NOW - 60_000).toISOString(),
        durationMs,
        message: 'by another way',
      },
      { input: 'a', status: 'failed', events: 0, skipped: 0, durationMs, message: 'x'.repeat(300) },
      {
        input: 'c',
        status: 'incomplete',
        events: 1,
        skipped: 3,
        durationMs,
        message: '3 rows could not be read; there may be more',
      },
      { input: 'd', status: 'ok', events: 0, skipped: 0, durationMs },
    ]);
    for (const input of inputs) expect(input.durationMs).toBeGreaterThanOrEqual(10);
  });

  it('reads reports of earlier versions, which do not say what was skipped', () => {
    const report = { input: 'usgs', status: 'ok', events: 3, durationMs: 12 };
    expect(InputReportSchema.parse(report)).toEqual({ ...report, skipped: 0 });
  });

  it('reports a feed that throws at once, or throws what is not an error', async () => {
    const throwsAtOnce: HazardFeed = {
      name: 'a',
      read: () => {
        throw new TypeError('no such method');
      },
    };
    const { inputs } = await collect([throwsAtOnce, brokenFeed('b', 'nonsense')]);
    expect(inputs).toMatchObject([
      { status: 'failed', message: 'no such method' },
      { status: 'failed', message: 'unknown error' },
    ]);
  });

  it('reads all feeds at once', async () => {
    let waiting = 0;
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const meeting: HazardFeed = {
      name: 'meets the others',
      async read() {
        waiting += 1;
        if (waiting === 3) release();
        await all;
        return EMPTY;
      },
    };
    const { inputs } = await collect([meeting, meeting, meeting]);
    expect(inputs.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('gives the feeds the time and the signal of the run', async () => {
    const contexts: unknown[] = [];
    const feed: HazardFeed = {
      name: 'a',
      async read(context) {
        contexts.push(context);
        return EMPTY;
      },
    };
    await collect([feed]);
    expect(contexts).toMatchObject([CONTEXT]);
  });

  it('begins to load the borders while the feeds are being read', async () => {
    let loaded: () => void = () => undefined;
    const loading = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const waitsForBorders: HazardFeed = {
      name: 'a',
      async read() {
        await loading;
        return EMPTY;
      },
    };
    const geography = {
      async load() {
        loaded();
        return nowhere;
      },
    };
    expect((await collect([waitsForBorders], geography)).inputs).toMatchObject([{ status: 'ok' }]);
  });

  it('looks at the place of each event once, not once a region', async () => {
    let lookups = 0;
    const counting: RegionOfPoint = () => {
      lookups += 1;
      return 'east-asia';
    };
    const events = [1, 2, 3].map((id) => hazardEvent({ id: `gdacs:TC:${id}`, countries: [] }));
    const collection = await collect([feedOf('a', events)], { load: async () => counting });
    for (const regionId of REGION_IDS) assessRegion(collection, regionId);
    expect(lookups).toBe(3);
  });

  it('counts an event in its regions and in global, and nowhere else', async () => {
    const event = hazardEvent({ countries: ['CA', 'CU'] });
    const collection = await collect([
      feedOf('a', [event]),
      feedOf('b', [hazardEvent({ id: 'x', countries: [] })]),
    ]);
    const counts = REGION_IDS.map((regionId) => snapshotOf(collection, regionId).evidence.length);
    expect(counts).toEqual([0, 0, 0, 1, 0, 1, 0, 2]);
  });

  it('counts an earthquake of two feeds once', async () => {
    const quake = hazardEvent({ type: 'earthquake' });
    const collection = await collect([
      feedOf('gdacs-eq', [quake]),
      feedOf('usgs', [{ ...quake, id: 'usgs:us1', source: 'usgs' }]),
    ]);
    expect(assessRegion(collection, 'global')).toMatchObject({
      snapshot: { pressure: { alerts: { orange: 1, red: 0 } }, evidence: [{ id: 'usgs:us1' }] },
    });
  });

  it('assesses with what answered, and names what is missing', async () => {
    const collection = await collect([feedOf('gdacs-tc', [hazardEvent()]), brokenFeed('usgs')]);
    expect(assessRegion(collection, 'east-asia')).toMatchObject({
      status: 'assessed',
      snapshot: {
        generated_at: NOW,
        meta: { snapshot_confidence: 0.5, missing_inputs: ['usgs'] },
        regime: { label: 'alert' },
      },
    });
  });

  it('counts what an incomplete feed said, and names it as incomplete', async () => {
    const collection = await collect([
      feedOf('gdacs-tc', [hazardEvent()], { gaps: ['page 2 failed'] }),
      feedOf('usgs', []),
    ]);
    expect(assessRegion(collection, 'east-asia')).toMatchObject({
      snapshot: {
        meta: { snapshot_confidence: 0.5, missing_inputs: [], incomplete_inputs: ['gdacs-tc'] },
        pressure: { score: 0.5 },
        evidence: [{ id: 'gdacs:TC:1' }],
      },
    });
  });

  it('assesses nothing when no feed answered', async () => {
    const collection = await collect([brokenFeed('gdacs-tc'), brokenFeed('usgs')]);
    for (const regionId of REGION_IDS) {
      expect(assessRegion(collection, regionId)).toEqual({
        status: 'failed',
        code: 'no-input',
        message: 'none of the 2 inputs answered',
      });
    }
  });

  it('assesses no region that does not exist', async () => {
    const collection = await collect([feedOf('a', [])]);
    expect(assessRegion(collection, 'atlantis')).toMatchObject({ status: 'failed', code: 'unknown-region' });
    expect(assessRegion(collection, '__proto__')).toMatchObject({ status: 'failed', code: 'unknown-region' });
  });

  it('fails when the borders cannot be loaded, rather than lose what lies in them', async () => {
    const geography = { load: () => Promise.reject(new Error('no borders')) };
    await expect(collect([feedOf('a', [])], geography)).rejects.toThrow('no borders');
  });
});

describe('the hazard source over HTTP', () => {
  it('survives feeds of which each fails in its own way', async () => {
    await using served = await serve((request, response) => {
      const type = new URL(request.url ?? '', 'http://localhost').searchParams.get('eventlist');
      if (type === 'EQ') response.writeHead(500).end('<h1>Oops</h1>');
      else if (type === 'TC') response.end(JSON.stringify(featureCollection([gdacsRow(), { broken: true }])));
      else if (type === 'FL') response.end('{"type":"FeatureCollection","features":[');
      else if (type === 'DR') response.end('[]');
      else if (type === 'VO') response.writeHead(204).end();
      // WF and USGS hang until the deadline.
    });
    const deps = { url: served.url, ...AT_ONCE };
    const deadline = new AbortController();
    let settled = 0;
    const feeds = [...createGdacsFeeds(deps), createUsgsFeed(deps)].map((feed) => ({
      ...feed,
      read: (context: CollectContext) =>
        feed.read(context).finally(() => {
          settled += 1;
          if (settled === 5) deadline.abort();
        }),
    }));
    const source = createHazardSource({ feeds, geography: createGeography() });
    const collection = await source.collect({ now: NOW, signal: deadline.signal });
    const host = new URL(served.url).host;
    expect(
      collection.inputs.map(({ input, status, events, message }) => [input, status, events, message]),
    ).toEqual([
      ['gdacs-eq', 'failed', 0, `${host}/feed: HTTP 500: Oops`],
      ['gdacs-tc', 'incomplete', 1, '2 rows could not be read'],
      ['gdacs-fl', 'failed', 0, `${host}/feed: the answer is not valid JSON`],
      ['gdacs-dr', 'failed', 0, `${host}/feed: the answer is not a GeoJSON FeatureCollection`],
      ['gdacs-vo', 'ok', 0, undefined],
      ['gdacs-wf', 'failed', 0, `${host}/feed: no answer before the deadline`],
      ['usgs', 'failed', 0, `${host}/feed: no answer before the deadline`],
    ]);
    expect(assessRegion(collection, 'east-asia')).toMatchObject({
      snapshot: { meta: { snapshot_confidence: 1 / 7 }, regime: { label: 'alert' } },
    });
  });

  it('gives the same content for two reads of the same world', async () => {
    await using served = await serve((request, response) => {
      const rows = request.url?.includes('eventlist=TC')
        ? [gdacsRow()]
        : request.url === '/feed'
          ? [usgsRow()]
          : [];
      response.end(JSON.stringify(featureCollection(rows)));
    });
    const deps = { url: served.url, ...AT_ONCE };
    const feeds = [...createGdacsFeeds(deps), createUsgsFeed(deps)];
    const source = createHazardSource({ feeds, geography: createGeography() });
    const hashes = async (now: number) => {
      const collection = await source.collect({ now, signal: NEVER });
      return REGION_IDS.map((regionId) => {
        const assessment = collection.assess({
          regionId,
          memory: null,
          recalled: new Map(),
          now,
          trigger: 'scheduled',
        });
        return assessment.status === 'assessed' ? snapshotHash(assessment.snapshot) : assessment.code;
      });
    };
    const first = await hashes(NOW);
    expect(new Set(first).size).toBe(REGION_IDS.length);
    expect(await hashes(NOW + 3_600_000)).toEqual(first);
  });
});
