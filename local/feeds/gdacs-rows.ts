import type { GdacsSample } from './gdacs-samples.js';

const HOUR_MS = 60 * 60_000;

/**
 * A sample as a row of the event search.
 *
 * @param now epoch ms
 */
export function gdacsRow(sample: GdacsSample, now: number) {
  const { eventtype, eventid, name, alertlevel, countries } = sample;
  const [longitude, latitude] = sample.at;
  const [from, to] = sample.hoursAgo;
  const alertscore = { Green: 1, Orange: 2, Red: 3 }[alertlevel];
  const query = `eventtype=${eventtype}&eventid=${eventid}`;
  return {
    type: 'Feature',
    bbox: [longitude, latitude, longitude, latitude],
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: {
      eventtype,
      eventid,
      episodeid: 1,
      eventname: '',
      glide: '',
      name,
      description: name,
      htmldescription: `${alertlevel} ${name}`,
      url: {
        geometry: `https://www.gdacs.org/gdacsapi/api/polygons/getgeometry?${query}&episodeid=1`,
        report: `https://www.gdacs.org/report.aspx?${query}&episodeid=1`,
        details: `https://www.gdacs.org/gdacsapi/api/events/geteventdata?${query}`,
      },
      alertlevel,
      alertscore,
      episodealertlevel: alertlevel,
      episodealertscore: alertscore,
      istemporary: 'false',
      iscurrent: 'true',
      country: countries.map(([, , country]) => country).join(', '),
      fromdate: zoneless(now - from * HOUR_MS),
      todate: zoneless(now - to * HOUR_MS),
      datemodified: zoneless(now - to * HOUR_MS),
      iso3: countries[0]?.[1] ?? '',
      source: sample.source,
      sourceid: '',
      polygonlabel: 'Centroid',
      Class: 'Point_Centroid',
      affectedcountries: countries.map(([iso2, iso3, countryname]) => ({ iso2, iso3, countryname })),
      severitydata: {
        severity: sample.severity[0],
        severitytext: sample.severity[1],
        severityunit: sample.severity[2],
      },
    },
  };
}
export type GdacsRow = ReturnType<typeof gdacsRow>;

/** UTC in whole seconds without a zone, as GDACS writes it. */
function zoneless(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
