import { describe, expect, it } from 'vitest';
import { createUsgsFeed } from '../../../lib/hazards/feeds/usgs.js';
import { NOW, usgsRow } from '../support/rows.js';
import { AT_ONCE, featureCollection, NEVER, serve, serveJson } from '../support/serve.js';

async function readAnswer(answer: unknown) {
  await using served = await serveJson(answer);
  return await createUsgsFeed({ url: served.url, ...AT_ONCE }).read({ now: NOW, signal: NEVER });
}

const read = (...rows: unknown[]) =>
  readAnswer({ ...featureCollection(rows), metadata: { generated: NOW - 60_000 } });

const NOTHING = { events: [], skipped: 0, asOf: NOW - 60_000, gaps: [], notes: [] };
const SKIPPED = { ...NOTHING, skipped: 1, gaps: ['1 row could not be read'] };

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
      asOf: NOW - 60_000,
      gaps: [],
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

  it('takes a pending alert for orange at least, and says so', async () => {
    expect(await read(usgsRow({ alert: 'pending', mag: 7.8 }))).toMatchObject({
      events: [
        {
          severity: 2 / 3,
          alertLevel: 'orange',
          summary: 'M 5.8 - 5 km W of Example, Italy (PAGER alert pending: at least orange)',
        },
      ],
      gaps: [],
    });
  });

  it.each(['eq', 'Earthquake', 'induced or triggered event'])(
    'counts an earthquake called %s',
    async (type) => {
      expect((await read(usgsRow({ type }))).events).toHaveLength(1);
    },
  );

  it.each([null, ''])('does not count an earthquake without an alert: %j', async (alert) => {
    expect(await read(usgsRow({ alert }))).toEqual(NOTHING);
  });

  it.each(['quarry blast', 'explosion', 'mining explosion', 'ice quake'])(
    'does not count a %s, nor call it skipped',
    async (type) => {
      const blast = usgsRow({ type, alert: 'red', time: null });
      expect(await read(blast, usgsRow({ alert: null }))).toEqual(NOTHING);
    },
  );

  it('does not count what was deleted', async () => {
    expect(await read(usgsRow({ status: 'deleted' }))).toEqual(NOTHING);
  });

  it.each([
    ['of the day four days ago', -4 * 86_400_000 - 12 * 3_600_000, 1],
    ['before it', -4 * 86_400_000 - 12 * 3_600_000 - 1, 0],
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
    ['of the time 0', usgsRow({ time: 0 })],
    ['of a type that is not known', usgsRow({ type: 'temblor' })],
    ['without a word on its alert', usgsRow({ alert: undefined })],
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

  it('needs neither place nor time of an earthquake that has no alert', async () => {
    expect(await read(usgsRow({ alert: null, time: null, type: null }, { geometry: null }))).toEqual(NOTHING);
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

  it('refuses more than 2,000 rows before it reads any', async () => {
    const rows = Array.from({ length: 2_001 }, (_, index) => usgsRow({}, { id: `us${index}` }));
    expect((await read(...rows.slice(1))).events).toHaveLength(2_000);
    await expect(read(...rows)).rejects.toThrow('more than 2000 rows');
  });

  it('is incomplete when it is empty, which it never is', async () => {
    expect(await read()).toEqual({ ...NOTHING, gaps: ['the answer is empty, which this feed never is'] });
  });

  it('is incomplete when it was made more than a day ago', async () => {
    const answer = (ageMs: number) => ({
      ...featureCollection([usgsRow()]),
      metadata: { generated: NOW - ageMs },
    });
    expect(await readAnswer(answer(86_400_000))).toMatchObject({ gaps: [], asOf: NOW - 86_400_000 });
    expect(await readAnswer(answer(26 * 3_600_000))).toMatchObject({
      events: [{ id: 'usgs:us7000abcd' }],
      gaps: ['its latest update is 26 hours old'],
    });
  });

  it('is as old as its latest change where it does not say when it was made', async () => {
    const reading = await readAnswer(featureCollection([usgsRow(), usgsRow({ updated: NOW + 5_000 })]));
    expect(reading).toMatchObject({ asOf: NOW, gaps: [] });
    const old = await readAnswer(featureCollection([usgsRow({ updated: NOW - 30 * 3_600_000 })]));
    expect(old).toMatchObject({ gaps: ['its latest update is 30 hours old'] });
  });

  it('fails when the answer is not a FeatureCollection', async () => {
    await using served = await serve((_request, response) => response.end('{"metadata":{"status":500}}'));
    const feed = createUsgsFeed({ url: served.url, ...AT_ONCE });
    await expect(feed.read({ now: NOW, signal: NEVER })).rejects.toThrow('not a GeoJSON FeatureCollection');
  });
});
