import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readGdacsRow as read } from '../support/read-row.js';
import { gdacsRow, NOW } from '../support/rows.js';

describe('a GDACS row', () => {
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
    [' red ', 1],
  ])('takes %s as severity %d, whatever the scores say', (alertlevel, severity) => {
    const row = gdacsRow({ alertlevel, alertscore: 99, episodealertlevel: 'Red', episodealertscore: 3 });
    expect(read(row)).toMatchObject({ severity, alertLevel: alertlevel.trim().toLowerCase() });
  });

  it.each([
    ['0', 'green'],
    ['0.99', 'green'],
    ['1', 'orange'],
    ['1.5', 'orange'],
    [1.5, 'orange'],
    ['2.0', 'red'],
    [3, 'red'],
  ])("takes level %j by GDACS's own scale for %s", (alertlevel, alertLevel) => {
    expect(read(gdacsRow({ alertlevel }))).toMatchObject({ alertLevel });
  });

  it.each(['tc', 'Tc', ' TC '])('reads the type in any case: %j', (eventtype) => {
    expect(read(gdacsRow({ eventtype }))).toMatchObject({ id: 'gdacs:TC:7000001' });
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
    expect(read(gdacsRow({ eventtype: 'ts', alertlevel: '?' }))).toBe('not-counted');
  });

  it.each([
    ['no level', { alertlevel: '' }],
    ['no id', { eventid: '' }],
    ['a type that is not known', { eventtype: 'TCX' }],
  ])('does not count what surely lies before the window, though it has %s', (_name, fields) => {
    const before = { fromdate: '2026-03-01T00:00:00', todate: '2026-03-05T23:59:59' };
    expect(read(gdacsRow({ ...fields, ...before }))).toBe('not-counted');
    expect(read(gdacsRow(fields))).toBe('unreadable');
  });

  it.each([
    ['null', null],
    ['text', 'row'],
    ['no properties', { type: 'Feature', geometry: { type: 'Point', coordinates: [1, 1] } }],
    ['no type', gdacsRow({ eventtype: undefined })],
    ['no id', gdacsRow({ eventid: '' })],
    ['an id that is no number', gdacsRow({ eventid: '1; DROP TABLE' })],
    ['no level', gdacsRow({ alertlevel: '' })],
    ['a level off the scale', gdacsRow({ alertlevel: '3.1' })],
    ['a type that is not known', gdacsRow({ eventtype: 'TCX' })],
    ['an unknown level', gdacsRow({ alertlevel: 'Purple' })],
    ['year 1', gdacsRow({ todate: '0001-01-01T00:00:00' })],
    ['no end, but a beginning before the window', gdacsRow({ todate: '', fromdate: '2026-03-01T00:00:00' })],
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
    expect(read(gdacsRow({ affectedcountries, iso3: 'CHN', country: '' }))).toMatchObject({
      countries: ['CN', 'KH', 'LA', 'VN'],
    });
  });

  it.each([
    ['Viet Nam, Philippines', ['PH', 'VN']],
    ['Bermuda, Bahamas', ['BM', 'BS', 'PH']],
    ['Virgin Islands  U.S., Virgin Islands  British, Turks and Caicos Islands', ['PH', 'TC', 'VG', 'VI']],
    ['Off-shore, Pacific Ocean', ['PH']],
  ])('takes the names, which the affected countries leave out: %s', (country, countries) => {
    expect(read(gdacsRow({ country }))).toMatchObject({ countries });
  });

  it.each([
    ['""', { affectedcountries: [], iso3: '' }],
    ['null', { affectedcountries: null, iso3: null }],
    ['nonsense', { affectedcountries: [null, 7, { iso2: 7 }, { iso3: '__proto__' }], iso3: 'constructor' }],
  ])('has no country when the feed gives %s', (_name, properties) => {
    expect(read(gdacsRow({ country: 7, ...properties }))).toMatchObject({ countries: [] });
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
    ['2026-03-10 11:00:00', Date.UTC(2026, 2, 10, 11)],
    ['2026-03-10T11:00', Date.UTC(2026, 2, 10, 11)],
  ])('are read with a zone, a fraction, a space or without seconds: %s', (todate, observedAt) => {
    expect(read(gdacsRow({ todate }))).toMatchObject({ observedAt });
  });

  it('count by todate, not by fromdate', () => {
    expect(read(gdacsRow({ fromdate: '2026-01-01T00:00:00' }))).toMatchObject({ id: 'gdacs:TC:7000001' });
    const fromdate = '2026-03-01T00:00:00';
    expect(read(gdacsRow({ fromdate, todate: '2026-03-06T00:00:00' }))).toMatchObject({
      id: 'gdacs:TC:7000001',
    });
    expect(read(gdacsRow({ fromdate, todate: '2026-03-05T23:59:59' }))).toBe('not-counted');
  });

  it('fall back on fromdate when there is no todate', () => {
    expect(read(gdacsRow({ todate: '' }))).toMatchObject({ observedAt: Date.UTC(2026, 2, 7) });
  });

  it('leave the beginning at the observation when there is no fromdate', () => {
    expect(read(gdacsRow({ fromdate: '' }))).toMatchObject({ startedAt: Date.UTC(2026, 2, 10, 11) });
  });

  it('count a drought for ten days', () => {
    const row = gdacsRow({ eventtype: 'DR', fromdate: '2026-01-01T00:00:00', todate: '2026-03-02T00:00:00' });
    expect(read(row, 'DR')).toMatchObject({ type: 'drought' });
  });

  it('are refused for an earthquake of the future', () => {
    const row = gdacsRow({ eventtype: 'EQ', todate: '2026-03-10T13:00:00' });
    expect(read(row, 'EQ')).toBe('unreadable');
    expect(read(gdacsRow({ todate: '2026-03-10T13:00:00' }))).toMatchObject({ type: 'cyclone' });
  });

  it('are never later than now, though a flood may lie 17 hours ahead', () => {
    const row = gdacsRow({ eventtype: 'FL', fromdate: '2026-03-10T12:30:00', todate: '2026-03-11T05:00:00' });
    expect(read(row, 'FL')).toMatchObject({ startedAt: NOW, observedAt: NOW });
  });

  it.each([
    ['2026-03-10T11:00:00', '2026-03-10T10:00:00Z'],
    ['2026-03-10T11:00:00Z', '2026-03-10T11:00:00Z'],
    ['2026-03-10T12:44:00', '2026-03-10T11:44:00Z'],
  ])('are Italian local time for a volcano: %s is %s', (todate, utc) => {
    expect(read(gdacsRow({ eventtype: 'VO', todate }), 'VO')).toMatchObject({ observedAt: Date.parse(utc) });
  });

  it.each([
    ['2026-03-29T01:59:00', '2026-03-29T00:59:00Z'],
    ['2026-03-29T03:01:00', '2026-03-29T01:01:00Z'],
    ['2026-10-25T01:59:00', '2026-10-24T23:59:00Z'],
    ['2026-10-25T03:01:00', '2026-10-25T02:01:00Z'],
  ])('change with summer time in Italy: %s is %s', (todate, utc) => {
    const row = gdacsRow({ eventtype: 'VO', fromdate: todate, todate });
    expect(read(row, 'VO', Date.parse(utc) + 60_000)).toMatchObject({ observedAt: Date.parse(utc) });
  });
});

describe('the texts of a GDACS row', () => {
  it('make a summary of what there is', () => {
    const summary = (name: unknown, severitytext: unknown) =>
      read(gdacsRow({ name, severitydata: { severitytext } }));
    expect(summary('Flood', '')).toMatchObject({ summary: 'Flood' });
    expect(summary('', 'Magnitude 5M')).toMatchObject({ summary: 'Magnitude 5M' });
    expect(summary('', '')).toMatchObject({ summary: 'Tropical Cyclone' });
    expect(summary(null, 7)).toMatchObject({ summary: 'Tropical Cyclone' });
    expect(read(gdacsRow({ severitydata: '' }))).toMatchObject({ summary: 'Tropical Cyclone EXAMPLE-26' });
  });

  it.each([
    ['FL', 'Flood in China', 'Magnitude 0 ', 'Flood in China'],
    ['FL', 'Flood in China', 'Magnitude 7.1', 'Flood in China: Magnitude 7.1'],
    [
      'EQ',
      'Earthquake in Nepal',
      'Magnitude 6.4M, Depth:12km',
      'Earthquake in Nepal: Magnitude 6.4M, Depth:12km',
    ],
    ['TC', 'KILO', 'Tropical Storm (maximum wind speed of 269 km/h)', 'KILO: maximum wind speed of 269 km/h'],
    [
      'TC',
      'KILO',
      'Hurricane/Typhoon > 74 mph (maximum wind speed of 259 km/h)',
      'KILO: maximum wind speed of 259 km/h',
    ],
  ])('leave out what misleads: %s %s: %s', (eventtype, name, severitytext, summary) => {
    const row = gdacsRow({ eventtype, name, severitydata: { severitytext }, todate: '2026-03-10T11:00:00' });
    expect(read(row, eventtype)).toMatchObject({ summary });
  });

  it('keep the severity of a drought in 26 countries, whose list is cut with a count', () => {
    const names = [
      'Colombia',
      '',
      ...Array.from({ length: 25 }, (_, index) => `A country of number ${index}`),
    ];
    const row = gdacsRow({
      eventtype: 'DR',
      name: `Drought in ${names.join(', ')}`,
      severitydata: { severitytext: 'Severe impact for agriculture in 412000 km2' },
    });
    const event = read(row, 'DR');
    if (typeof event === 'string') throw new Error(event);
    expect(event.summary).toMatch(
      /^Drought in Colombia, A country .* and \d+ more: Severe impact for agriculture in 412000 km2$/,
    );
    expect(event.summary).not.toContain(', ,');
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
