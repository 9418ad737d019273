import { describe, expect, it } from 'vitest';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { NOW, usgsRow } from '../support/rows.js';
import { AT_ONCE, featureCollection, NEVER, serve, serveJson } from '../support/serve.js';

async function read(...rows: unknown[]) {
  await using served = await serveJson(featureCollection(rows));
  return await createUsgsFeed({ url: served.url, ...AT_ONCE }).read({ now: NOW, signal: NEVER });
}

const NOTHING = { events: [], skipped: 0, notes: [] };
const SKIPPED = { events: [], skipped: 1, notes: [] };

describe('createUsgsFeed', () => {
  it('reads a row', async () => {
    expect(await read(usgsRow())).toEqual({
      events: [
        {
          id: 'usgs:us7000abcd',
          type: 'earthquake',
          source: 'usgs',
          summary: 'M 5.8 - 5 km W of Example, Italy',
          severity: 1 / 3,
          alertLevel: 'yellow',
          startedAt: NOW - 3_600_000,
          observedAt: NOW - 3_600_000,
          longitude: 13.4,
          latitude: 42.4,
          countries: [],
          url: 'https://earthquake.usgs.gov/earthquakes/eventpage/us7000abcd',
        },
      ],
      skipped: 0,
      notes: [],
    });
  });

  it.each([
    ['green', 0],
    ['yellow', 1 / 3],
    ['orange', 2 / 3],
    ['red', 1],
  ])('takes PAGER %s as severity %d, whatever sig and tsunami say', async (alert, severity) => {
    const { events } = await read(usgsRow({ alert, sig: 2_029, tsunami: 1 }));
    expect(events).toMatchObject([{ severity, alertLevel: alert }]);
  });

  it.each([null, ''])('does not count an earthquake without an alert: %j', async (alert) => {
    expect(await read(usgsRow({ alert }))).toEqual(NOTHING);
  });

  it.each(['quarry blast', 'explosion', 'mining explosion', 'ice quake'])(
    'does not count a %s, nor call it skipped',
    async (type) => {
      expect(await read(usgsRow({ type, alert: 'red', mag: 'unknown' }))).toEqual(NOTHING);
    },
  );

  it('does not count what was deleted', async () => {
    expect(await read(usgsRow({ status: 'deleted' }))).toEqual(NOTHING);
  });

  it.each([
    ['of the last four days', -4 * 86_400_000, 1],
    ['before them', -4 * 86_400_000 - 1, 0],
    ['a few minutes ahead of our clock', 9 * 60_000, 1],
  ])('counts an earthquake %s', async (_name, offset, events) => {
    const reading = await read(usgsRow({ time: NOW + offset }));
    expect(reading.events).toHaveLength(events);
    expect(reading.skipped).toBe(0);
  });

  it.each([
    ['of the future', usgsRow({ time: NOW + 3_600_000 })],
    ['of no time', usgsRow({ time: null })],
    ['of an absurd time', usgsRow({ time: 1e300 })],
    ['of an absurd magnitude', usgsRow({ mag: 9_999 })],
    ['of no place', usgsRow({}, { geometry: null })],
    ['past the pole', usgsRow({}, { geometry: { type: 'Point', coordinates: [10, 95, 3] } })],
    ['without an id', usgsRow({}, { id: undefined })],
    ['with an id that is none', usgsRow({}, { id: 'us7000 <b>' })],
    ['of no type', usgsRow({ type: null })],
    ['with an alert that is none', usgsRow({ alert: 'purple' })],
    ['that is none', 42],
  ])('skips an earthquake %s', async (_name, row) => {
    expect(await read(row)).toEqual(SKIPPED);
  });

  it('reads a row without magnitude, depth or title', async () => {
    const row = usgsRow(
      { mag: null, title: '' },
      { geometry: { type: 'Point', coordinates: [190.5, 42.4, null] } },
    );
    expect((await read(row)).events).toMatchObject([
      { summary: 'Earthquake - 5 km W of Example, Italy', longitude: -169.5 },
    ]);
  });

  it('makes a title of magnitude and place when there is none', async () => {
    expect((await read(usgsRow({ title: null }))).events).toMatchObject([
      { summary: 'M 5.8 - 5 km W of Example, Italy' },
    ]);
    expect((await read(usgsRow({ title: null, place: null }))).events).toMatchObject([{ summary: 'M 5.8' }]);
  });

  it('gives no link that is none', async () => {
    expect((await read(usgsRow({ url: 'javascript:alert(1)' }))).events).toMatchObject([{ url: null }]);
  });

  it('counts a row once that comes twice', async () => {
    expect((await read(usgsRow(), usgsRow())).events).toHaveLength(1);
  });

  it('reads 2,000 rows and skips the others', async () => {
    const rows = Array.from({ length: 2_003 }, (_, index) => usgsRow({}, { id: `us${index}` }));
    const reading = await read(...rows);
    expect(reading.events).toHaveLength(2_000);
    expect(reading.skipped).toBe(3);
  });

  it('fails when the answer is no FeatureCollection', async () => {
    await using served = await serve((_request, response) => response.end('{"metadata":{"status":500}}'));
    const feed = createUsgsFeed({ url: served.url, ...AT_ONCE });
    await expect(feed.read({ now: NOW, signal: NEVER })).rejects.toThrow('no GeoJSON FeatureCollection');
  });
});
