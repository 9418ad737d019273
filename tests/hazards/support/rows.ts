/** Noon UTC: where the windows of these tests end. */
export const NOW = Date.UTC(2026, 2, 10, 12);

type Fields = Readonly<Record<string, unknown>>;

/** A row as GDACS sends it, an hour old. */
export function gdacsRow(properties: Fields = {}, coordinates: unknown = [121.3, 14.6]) {
  return {
    type: 'Feature',
    bbox: [121.3, 14.6, 121.3, 14.6],
    geometry: { type: 'Point', coordinates },
    properties: {
      eventtype: 'TC',
      eventid: 7000001,
      episodeid: 4,
      eventname: 'EXAMPLE-26',
      name: 'Tropical Cyclone EXAMPLE-26',
      country: 'Philippines',
      iso3: 'PHL',
      affectedcountries: [{ iso2: 'PH', iso3: 'PHL', countryname: 'Philippines' }],
      alertlevel: 'Orange',
      alertscore: 2,
      episodealertlevel: 'Green',
      episodealertscore: 0.7,
      istemporary: 'false',
      iscurrent: 'true',
      fromdate: '2026-03-07T00:00:00',
      todate: '2026-03-10T11:00:00',
      datemodified: '2026-03-10T11:20:00',
      source: 'JTWC',
      sourceid: '',
      severitydata: { severity: 120, severitytext: 'maximum wind speed of 120 km/h', severityunit: 'km/h' },
      url: {
        report: 'https://www.gdacs.org/report.aspx?eventid=7000001&eventtype=TC',
        details: '',
        geometry: '',
      },
      ...properties,
    },
  };
}

/** A row as USGS sends it, an hour old. */
export function usgsRow(properties: Fields = {}, row: Fields = {}) {
  return {
    type: 'Feature',
    id: 'us7000abcd',
    geometry: { type: 'Point', coordinates: [13.4, 42.4, 9.5] },
    properties: {
      mag: 5.8,
      place: '5 km W of Example, Italy',
      time: NOW - 3_600_000,
      updated: NOW - 1_800_000,
      tz: null,
      url: 'https://earthquake.usgs.gov/earthquakes/eventpage/us7000abcd',
      alert: 'yellow',
      status: 'reviewed',
      tsunami: 1,
      sig: 900,
      type: 'earthquake',
      title: 'M 5.8 - 5 km W of Example, Italy',
      ...properties,
    },
    ...row,
  };
}
