import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HazardEvent } from '../../../lib/hazards/event.js';
import { createGdacsFeeds } from '../../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { createGeography, regionsOfEvent } from '../../../lib/hazards/regions/points.js';
import { readGdacsRow } from '../support/read-row.js';
import { AT_ONCE, featureCollection, NEVER, serve, serveJson } from '../support/serve.js';

const CAPTURES = new URL('../../captures/', import.meta.url);

function capture<T>(name: string, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')));
}

function countEach(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, names.filter((other) => other === name).length]));
}

const cyclones = capture(
  'gdacs-cyclones.json',
  z.object({ features: z.array(z.looseObject({ properties: z.looseObject({ todate: z.string() }) })) }),
).features;
const earthquakes = capture(
  'usgs-earthquakes.json',
  z.object({
    features: z.array(
      z.looseObject({
        id: z.string(),
        geometry: z.looseObject({ coordinates: z.tuple([z.number(), z.number(), z.number()]) }),
      }),
    ),
  }),
).features;

describe('the captured page of GDACS', () => {
  /** Each row read at the moment of its own last observation, so that all are in the window. */
  const events = cyclones.map((row) => readGdacsRow(row, 'TC', Date.parse(`${row.properties.todate}Z`)));
  const read = events.filter((event): event is HazardEvent => typeof event !== 'string');

  it('can be read to the last of its 100 rows', () => {
    expect(events).toHaveLength(100);
    expect(read).toHaveLength(100);
    expect(countEach(read.map(({ alertLevel }) => alertLevel))).toEqual({ green: 81, orange: 9, red: 10 });
  });

  it('falls into the regions', async () => {
    const regionOfPoint = await createGeography().load();
    expect(countEach(read.flatMap((event) => regionsOfEvent(event, regionOfPoint)))).toEqual({
      'east-asia': 49,
      'north-america': 14,
      'sub-saharan-africa': 6,
      latam: 5,
      'south-asia': 3,
      europe: 2,
      mena: 1,
      global: 100,
    });
  });

  it.each([
    ['China, Philippines', 1001294, ['east-asia', 'global']],
    ['the Caribbean, Bermuda and Canada', 1001230, ['latam', 'north-america', 'global']],
    ['the Azores and Spain', 1001210, ['europe', 'global']],
    ['India and Sri Lanka', 1001238, ['south-asia', 'global']],
    ['British Indian Ocean Territory', 1001228, ['sub-saharan-africa', 'global']],
    ['Cocos Islands, by iso3 alone', 1001243, ['east-asia', 'global']],
    ['Palau, without iso3', 1001271, ['east-asia', 'global']],
    ['off Mexico, near Clarion Island', 1001296, ['north-america', 'global']],
    ['off Oman', 1001220, ['mena', 'global']],
    ['Coral Sea, by its place', 1001260, ['east-asia', 'global']],
    ['the mid-Atlantic', 1001227, ['global']],
    ['the southern Indian Ocean', 1001267, ['global']],
  ])('has a cyclone of %s', async (_name, id, regions) => {
    const regionOfPoint = await createGeography().load();
    const event = read.find((candidate) => candidate.id === `gdacs:TC:${id}`);
    expect(event && [...regionsOfEvent(event, regionOfPoint)].sort()).toEqual([...regions].sort());
  });

  it('gives the feed the five cyclones of today and the four days before', async () => {
    await using served = await serve((request, response) => {
      if (request.url?.includes('pageNumber=1')) response.end(JSON.stringify(featureCollection(cyclones)));
      else response.writeHead(204).end();
    });
    const feed = createGdacsFeeds({ url: served.url, ...AT_ONCE }).find(({ name }) => name === 'gdacs-tc');
    const reading = await feed?.read({ now: Date.UTC(2026, 6, 28, 4, 30), signal: NEVER });
    expect(reading?.events.map(({ id, severity }) => [id, severity])).toEqual([
      ['gdacs:TC:1001296', 0],
      ['gdacs:TC:1001289', 0],
      ['gdacs:TC:1001297', 0],
      ['gdacs:TC:1001294', 0.5],
      ['gdacs:TC:1001290', 0],
    ]);
    expect(reading?.skipped).toBe(0);
  });
});

describe('the captured feed of USGS', () => {
  it('falls into the regions', async () => {
    const regionOfPoint = await createGeography().load();
    const regions = earthquakes.map(
      ({
        geometry: {
          coordinates: [longitude, latitude],
        },
      }) => String(regionOfPoint(longitude, latitude)),
    );
    expect(countEach(regions)).toEqual({ 'south-asia': 7, 'north-america': 5, 'east-asia': 5, europe: 1 });
  });

  it.each([
    ['western Afghanistan', 'us6000len8', 'south-asia'],
    ['Poland-Slovakia', 'us6000lec2', 'europe'],
    ['Mexico', 'us6000ldny', 'north-america'],
    ['Alaska', 'ak023ctna5d5', 'north-america'],
    ['Papua New Guinea', 'us6000ldqf', 'east-asia'],
    ['Nepal', 'us6000lcgj', 'south-asia'],
    ['off Japan', 'us7000kwg2', 'east-asia'],
  ])('has an earthquake of %s', async (_name, id, region) => {
    const regionOfPoint = await createGeography().load();
    const row = earthquakes.find((candidate) => candidate.id === id);
    const [longitude, latitude] = row?.geometry.coordinates ?? [];
    expect(regionOfPoint(longitude ?? Number.NaN, latitude ?? Number.NaN)).toBe(region);
  });

  it('gives the feed the earthquakes of today and the four days before that have an alert', async () => {
    await using served = await serveJson(featureCollection(earthquakes));
    const feed = createUsgsFeed({ url: served.url, ...AT_ONCE });
    const reading = await feed.read({ now: Date.UTC(2023, 9, 11, 20), signal: NEVER });
    expect(reading.skipped).toBe(0);
    expect(reading.events.map(({ id, alertLevel }) => [id, alertLevel])).toEqual([
      ['usgs:us6000len8', 'red'],
      ['usgs:uw61965081', 'green'],
      ['usgs:us6000ldqf', 'green'],
      ['usgs:us6000ldqd', 'green'],
      ['usgs:us6000ldpv', 'yellow'],
      ['usgs:us6000ldpm', 'orange'],
      ['usgs:us6000ldph', 'yellow'],
      ['usgs:us6000ldpg', 'orange'],
      ['usgs:us6000ldny', 'green'],
    ]);
  });
});
