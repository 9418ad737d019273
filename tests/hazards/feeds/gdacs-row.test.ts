import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readGdacsRow } from '../../../lib/hazards/feeds/gdacs-row.js';
import { gdacsRow, NOW } from '../support/rows.js';

const CYCLONE = { code: 'TC', type: 'cyclone' } as const;
const read = (row: unknown) => readGdacsRow(row, CYCLONE, NOW);

describe('readGdacsRow', () => {
  it('reads a row', () => {
    expect(read(gdacsRow())).toEqual({
      id: 'gdacs:TC:7000001',
      type: 'cyclone',
      source: 'gdacs',
      summary: 'Tropical Cyclone EXAMPLE-26: maximum wind speed of 120 km/h',
      severity: 0.5,
      alertLevel: 'orange',
      startedAt: Date.UTC(2026, 2, 7),
      observedAt: Date.UTC(2026, 2, 10, 11),
      longitude: 121.3,
      latitude: 14.6,
      countries: ['PH'],
      url: 'https://www.gdacs.org/report.aspx?eventid=7000001&eventtype=TC',
    });
  });

  it.each([
    ['Green', 0],
    ['Orange', 0.5],
    ['Red', 1],
    ['ORANGE', 0.5],
  ])('takes %s as severity %d, whatever the scores say', (alertlevel, severity) => {
    const row = gdacsRow({ alertlevel, alertscore: 99, episodealertlevel: 'Red', episodealertscore: 3 });
    expect(read(row)).toMatchObject({ severity, alertLevel: alertlevel.toLowerCase() });
  });

  it.each([
    ['true', 'true'],
    ['false', 'false'],
    [true, false],
    ['', ''],
  ])('counts a row with istemporary %j and iscurrent %j', (istemporary, iscurrent) => {
    expect(read(gdacsRow({ istemporary, iscurrent }))).toMatchObject({ id: 'gdacs:TC:7000001' });
  });

  it('does not count a row of another type', () => {
    expect(read(gdacsRow({ eventtype: 'FL' }))).toBe('not-counted');
  });

  it.each([
    ['null', null],
    ['text', 'row'],
    ['no properties', { type: 'Feature', geometry: { type: 'Point', coordinates: [1, 1] } }],
    ['no type', gdacsRow({ eventtype: undefined })],
    ['no id', gdacsRow({ eventid: '' })],
    ['an id that is no number', gdacsRow({ eventid: '1; DROP TABLE' })],
    ['no level', gdacsRow({ alertlevel: '' })],
    ['an unknown level', gdacsRow({ alertlevel: 'Purple' })],
    ['no dates', gdacsRow({ fromdate: '', todate: '' })],
    ['a date that is none', gdacsRow({ todate: 'yesterday' })],
    ['a day that is none', gdacsRow({ todate: '2026-02-30T00:00:00' })],
    ['a date far ahead', gdacsRow({ todate: '2031-01-01T00:00:00' })],
    ['no geometry', { ...gdacsRow(), geometry: null }],
    ['a line', { ...gdacsRow(), geometry: { type: 'LineString', coordinates: [[1, 1]] } }],
    ['text coordinates', gdacsRow({}, ['121', '14'])],
    ['one coordinate', gdacsRow({}, [121])],
    ['a latitude past the pole', gdacsRow({}, [121, 97])],
    ['an absurd longitude', gdacsRow({}, [12_130, 14])],
    ['no numbers', gdacsRow({}, [Number.NaN, Number.POSITIVE_INFINITY])],
  ])('cannot read a row with %s', (_name, row) => {
    expect(read(row)).toBe('unreadable');
  });

  it('reads or refuses anything without throwing', () => {
    const properties = fc.record(
      Object.fromEntries(Object.keys(gdacsRow().properties).map((key) => [key, fc.jsonValue()])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(properties, fc.jsonValue(), (overrides, coordinates) => {
        expect(() => read(gdacsRow({ ...overrides, eventtype: 'TC' }, coordinates))).not.toThrow();
      }),
    );
  });
});

describe('the place of a GDACS row', () => {
  it.each([
    [181.5, -178.5],
    [-181.5, 178.5],
    [180, -180],
    [-180, -180],
  ])('brings longitude %d to %d', (longitude, normal) => {
    expect(read(gdacsRow({}, [longitude, -17.2]))).toMatchObject({ longitude: normal, latitude: -17.2 });
  });

  it('takes iso2, else iso3, of every affected country, and iso3 of the event, each once', () => {
    const affectedcountries = [
      { iso2: 'VN', iso3: 'VNM', countryname: 'Vietnam' },
      { iso2: '', iso3: 'LAO', countryname: 'Laos' },
      { iso2: '--', iso3: 'khm', countryname: 'Cambodia' },
      { iso2: 'vn', iso3: '', countryname: 'Vietnam' },
    ];
    expect(read(gdacsRow({ affectedcountries, iso3: 'CHN' }))).toMatchObject({
      countries: ['CN', 'KH', 'LA', 'VN'],
    });
  });

  it('does not read the names, which may be 25 in one string', () => {
    const country = Array.from({ length: 25 }, (_, index) => `Country ${index}`).join(', ');
    expect(read(gdacsRow({ country }))).toMatchObject({ countries: ['PH'] });
  });

  it.each([
    ['""', { affectedcountries: [], iso3: '' }],
    ['null', { affectedcountries: null, iso3: null }],
    ['nonsense', { affectedcountries: [null, 7, { iso2: 7 }, { iso3: '__proto__' }], iso3: 'constructor' }],
  ])('has no country when the feed gives %s', (_name, properties) => {
    expect(read(gdacsRow(properties))).toMatchObject({ countries: [] });
  });
});

describe('the dates of a GDACS row', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each(['Asia/Tokyo', 'America/Los_Angeles'])('are UTC, also where the machine is in %s', (zone) => {
    vi.stubEnv('TZ', zone);
    expect(read(gdacsRow({ todate: '2026-03-10T11:00:00' }))).toMatchObject({
      observedAt: Date.UTC(2026, 2, 10, 11),
    });
  });

  it.each([
    ['2026-03-10T11:00:00Z', Date.UTC(2026, 2, 10, 11)],
    ['2026-03-10T12:30:00+01:30', Date.UTC(2026, 2, 10, 11)],
    ['2026-03-10T11:00:00.250', Date.UTC(2026, 2, 10, 11) + 250],
  ])('keep the zone and the fraction of %s', (todate, observedAt) => {
    expect(read(gdacsRow({ todate }))).toMatchObject({ observedAt });
  });

  it('count by todate, not by fromdate', () => {
    expect(read(gdacsRow({ fromdate: '2026-01-01T00:00:00' }))).toMatchObject({ id: 'gdacs:TC:7000001' });
    expect(read(gdacsRow({ todate: '2026-03-06T11:59:59' }))).toBe('not-counted');
  });

  it('fall back on fromdate when there is no todate', () => {
    expect(read(gdacsRow({ todate: '' }))).toMatchObject({ observedAt: Date.UTC(2026, 2, 7) });
    expect(read(gdacsRow({ todate: '', fromdate: '2026-03-01T00:00:00' }))).toBe('not-counted');
  });

  it('leave the beginning at the observation when there is no fromdate', () => {
    expect(read(gdacsRow({ fromdate: '' }))).toMatchObject({ startedAt: Date.UTC(2026, 2, 10, 11) });
  });

  it('count a drought for ten days', () => {
    const row = gdacsRow({ eventtype: 'DR', todate: '2026-03-02T00:00:00' });
    expect(readGdacsRow(row, { code: 'DR', type: 'drought' }, NOW)).toMatchObject({ type: 'drought' });
  });

  it('are refused for an earthquake of the future', () => {
    const row = gdacsRow({ eventtype: 'EQ', todate: '2026-03-10T13:00:00' });
    expect(readGdacsRow(row, { code: 'EQ', type: 'earthquake' }, NOW)).toBe('unreadable');
    expect(read(gdacsRow({ todate: '2026-03-10T13:00:00' }))).toMatchObject({ type: 'cyclone' });
  });
});

describe('the texts of a GDACS row', () => {
  it('make a summary of what there is', () => {
    const summary = (name: unknown, severitytext: unknown) =>
      read(gdacsRow({ name, severitydata: { severitytext } }));
    expect(summary('Flood', '')).toMatchObject({ summary: 'Flood' });
    expect(summary('', 'Magnitude 5M')).toMatchObject({ summary: 'Magnitude 5M' });
    expect(summary('', '')).toMatchObject({ summary: 'cyclone' });
    expect(summary(null, 7)).toMatchObject({ summary: 'cyclone' });
    expect(read(gdacsRow({ severitydata: '' }))).toMatchObject({ summary: 'Tropical Cyclone EXAMPLE-26' });
  });

  it('keep markup as text, without control characters, in 300 characters', () => {
    const name = `<img src=x onerror=alert(1)>\u0000\u202e${'long '.repeat(200)}`;
    const event = read(gdacsRow({ name }));
    if (typeof event === 'string') throw new Error(event);
    expect(event.summary).toMatch(/^<img src=x onerror=alert\(1\)>long long/);
    expect([...event.summary].length).toBeLessThanOrEqual(300);
  });

  it.each([
    ['a script', { report: 'javascript:alert(document.cookie)' }],
    ['data', { report: 'data:text/html,<script>' }],
    ['nothing', { report: '' }],
    ['no text', { report: 7 }],
    ['no object', ''],
    ['null', null],
  ])('give no link for %s', (_name, url) => {
    expect(read(gdacsRow({ url }))).toMatchObject({ url: null });
  });
});
