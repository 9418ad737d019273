import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFeeds, FEEDS } from '../../../lib/hazards/feeds/feeds.js';
import { createGeography } from '../../../lib/hazards/regions/points.js';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { createHazardSource } from '../../../lib/hazards/source.js';
import { type SampleFeeds, startSampleFeeds } from '../../../local/feeds/server.js';

const NOW = Date.UTC(2026, 2, 10, 12);
const RowsSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      geometry: z.object({ coordinates: z.array(z.number()) }),
      properties: z.looseObject({ eventtype: z.string().optional(), alertlevel: z.string().optional() }),
    }),
  ),
});

let feeds: SampleFeeds;
beforeAll(async () => {
  feeds = await startSampleFeeds({ now: NOW });
});
afterAll(() => feeds.close());

const usgsUrl = ({ urls }: SampleFeeds) => urls.USGS_URL ?? '';

async function search(query: string) {
  const response = await fetch(`${feeds.urls.GDACS_URL}?${query}`);
  if (response.status === 204) return [];
  return RowsSchema.parse(await response.json()).features;
}

async function collect() {
  const source = createHazardSource({
    feeds: createFeeds(feeds.urls),
    geography: createGeography(),
  });
  const collection = await source.collect({ now: NOW, signal: new AbortController().signal });
  const snapshots = REGION_IDS.map((regionId) => {
    const assessment = collection.assess({
      regionId,
      memory: null,
      recalled: new Map(),
      now: NOW,
      trigger: 'manual',
    });
    if (assessment.status === 'failed') throw new Error(assessment.message);
    return AssessedSnapshotSchema.parse(assessment.snapshot);
  });
  return { inputs: collection.inputs, snapshots };
}

describe('startSampleFeeds', () => {
  it('gives every region something, and regimes of every kind', async () => {
    const { inputs, snapshots } = await collect();
    expect(inputs.map(({ status, message }) => [status, message])).toEqual(
      createFeeds().map(() => ['ok', undefined]),
    );
    expect(
      Object.fromEntries(snapshots.map((snapshot) => [snapshot.region_id, snapshot.regime.label])),
    ).toEqual({
      mena: 'emergency',
      'east-asia': 'emergency',
      europe: 'watch',
      'north-america': 'normal',
      'south-asia': 'alert',
      latam: 'alert',
      'sub-saharan-africa': 'alert',
      global: 'emergency',
    });
    for (const { evidence } of snapshots) expect(evidence.length).toBeGreaterThan(0);
  });

  it('gives the same snapshots twice', async () => {
    expect((await collect()).snapshots).toEqual((await collect()).snapshots);
  });

  it('lists one earthquake in both feeds, which counts once', async () => {
    const { snapshots } = await collect();
    const southAsia = snapshots.find(({ region_id }) => region_id === 'south-asia');
    expect(southAsia?.evidence).toMatchObject([{ source: 'usgs', countries: ['NP'] }]);
    expect(await search('eventlist=EQ&alertlevel=Orange')).toHaveLength(1);
  });

  it('has a drought that the window of other hazards would miss', async () => {
    const { snapshots } = await collect();
    const africa = snapshots.find(({ region_id }) => region_id === 'sub-saharan-africa');
    expect(africa?.pressure).toMatchObject({ score: 0.5, score_without_drought: 0 });
    expect(await search('eventlist=DR&fromDate=2026-03-06')).toHaveLength(0);
  });

  it('has a cyclone in open sea that counts in global alone', async () => {
    const { snapshots } = await collect();
    const holders = snapshots.filter(({ evidence }) => evidence.some(({ id }) => id === 'gdacs:TC:9200002'));
    expect(holders.map(({ region_id }) => region_id)).toEqual(['global']);
  });

  it('has a longitude past the antimeridian, which counts in east-asia', async () => {
    const { snapshots } = await collect();
    const [row] = await search('eventlist=EQ&alertlevel=Green');
    expect(row?.geometry.coordinates[0]).toBeGreaterThan(180);
    const eastAsia = snapshots.find(({ region_id }) => region_id === 'east-asia');
    expect(eastAsia?.evidence.map(({ id }) => id)).toContain('gdacs:EQ:9100002');
  });

  it('has every level of both scales, and earthquakes without one', async () => {
    const gdacs = await search('alertlevel=Green;Orange;Red');
    expect(new Set(gdacs.map(({ properties }) => properties.alertlevel))).toEqual(
      new Set(['Green', 'Orange', 'Red']),
    );
    const usgs = RowsSchema.parse(await (await fetch(usgsUrl(feeds))).json());
    const alerts = usgs.features.map(({ properties }) => properties.alert);
    expect(new Set(alerts)).toEqual(new Set(['green', 'yellow', 'orange', 'red', null]));
  });
});

describe('the sample search of GDACS', () => {
  it('honours the types', async () => {
    const types = async (list: string) =>
      (await search(`eventlist=${list}&alertlevel=Green;Orange;Red`)).map(
        ({ properties }) => properties.eventtype,
      );
    expect(new Set(await types('FL'))).toEqual(new Set(['FL']));
    expect(new Set(await types('FL;VO'))).toEqual(new Set(['FL', 'VO']));
  });

  it('drops Green when no level is requested, as GDACS does', async () => {
    const levels = (await search('eventlist=TC')).map(({ properties }) => properties.alertlevel);
    expect(levels).toEqual(['Red']);
  });

  it('pages', async () => {
    const all = await search('alertlevel=Green;Orange;Red');
    const pages = [1, 2, 3, 4].map((page) =>
      search(`alertlevel=Green;Orange;Red&pageSize=4&pageNumber=${page}`),
    );
    expect((await Promise.all(pages)).flat()).toEqual(all);
    expect(all).toHaveLength(10);
  });

  it('acts on todate with its dates, whole days', async () => {
    const count = async (dates: string) =>
      (await search(`eventlist=TC&alertlevel=Green;Red&${dates}`)).length;
    expect(await count('fromDate=2026-03-10&toDate=2026-03-10')).toBe(2);
    expect(await count('fromDate=2026-03-11')).toBe(0);
    expect(await count('toDate=2026-03-09')).toBe(0);
  });

  it('answers 204 without a body when nothing matches', async () => {
    const response = await fetch(`${feeds.urls.GDACS_URL}?eventlist=TS`);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
  });

  it('ignores what it does not understand', async () => {
    expect(await search('alertlevel=Red&pageSize=many&fromDate=today&colour=blue')).toHaveLength(1);
  });
});

describe('the sample server', () => {
  it('stands in for every address in the table of feeds', async () => {
    const asked: string[] = [];
    const fetchIt: typeof fetch = (url, init) => {
      asked.push(new URL(String(url)).host);
      return fetch(url, init);
    };
    const readers = createFeeds(feeds.urls, { fetch: fetchIt });
    const signal = new AbortController().signal;
    await Promise.all(readers.map((reader) => reader.read({ now: NOW, signal })));
    expect(new Set(asked)).toEqual(new Set([new URL(usgsUrl(feeds)).host]));
  });

  it('does not start for a feed without a sample, which would be read for real', async () => {
    const addresses = [{ variable: 'NOWHERE_URL', url: 'https://nowhere.example/feed' }] as const;
    const unknown = { name: 'nowhere', credit: 'Nobody', addresses, create: () => [] };
    await expect(startSampleFeeds({ feeds: [...FEEDS, unknown] })).rejects.toThrow(
      'The feed nowhere has no sample for NOWHERE_URL: add one to local/feeds/samples.ts.',
    );
  });

  it('knows no other path', async () => {
    expect((await fetch(new URL('/other', usgsUrl(feeds)))).status).toBe(404);
  });

  it('dates its events by the present unless told otherwise, on a port of its own', async () => {
    const before = Date.now();
    const present = await startSampleFeeds();
    try {
      const { metadata } = z
        .object({ metadata: z.object({ generated: z.number() }) })
        .parse(await (await fetch(usgsUrl(present))).json());
      expect(metadata.generated).toBeGreaterThanOrEqual(before);
      expect(new URL(usgsUrl(present)).port).not.toBe(new URL(usgsUrl(feeds)).port);
    } finally {
      await present.close();
    }
  });

  it('refuses a port that is taken', async () => {
    await expect(startSampleFeeds({ port: Number(new URL(usgsUrl(feeds)).port) })).rejects.toThrow(
      'EADDRINUSE',
    );
  });

  it('answers no more once it is closed', async () => {
    const other = await startSampleFeeds({ now: NOW });
    await fetch(usgsUrl(other)).then((response) => response.text());
    await other.close();
    await expect(fetch(usgsUrl(other))).rejects.toThrow();
  });
});
