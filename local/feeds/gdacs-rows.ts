import { z } from 'zod';
import type { GdacsSample } from './gdacs-samples.js';

const HOUR_MS = 60 * 60_000;

/**
 * A sample as a row of the event search.
 *
 * @param now epoch ms that it is dated back from
 * @param changedAt epoch ms for `datemodified`
 */
export function gdacsRow(sample: GdacsSample, now: number, changedAt = now) {
  const { eventtype, eventid, name, alertlevel, countries } = sample;
  const [longitude, latitude] = sample.at;
  const [from, to] = sample.hoursAgo;
  const alertscore = { Green: 1, Orange: 2, Red: 3 }[alertlevel];
  // GDACS dates volcanoes in Italian local time.
  const dateOf = eventtype === 'VO' ? romeTime : zoneless;
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
      fromdate: dateOf(now - from * HOUR_MS),
      todate: dateOf(now - to * HOUR_MS),
      datemodified: zoneless(changedAt),
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

/** GDACS never sends more rows than this at a time. */
const MAX_PAGE_SIZE = 100;

const list = (missing: string) =>
  z
    .string()
    .catch(missing)
    .transform((text) => text.split(/[;,]/));
const day = (missing: string) => z.iso.date().catch(missing);

const QuerySchema = z.object({
  eventlist: list('EQ;TC;FL;DR;VO;WF'),
  // Left out, Green is dropped.
  alertlevel: list('Orange;Red'),
  fromDate: day('0000-01-01'),
  toDate: day('9999-12-31'),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).catch(MAX_PAGE_SIZE),
  pageNumber: z.coerce.number().int().min(1).catch(1),
});

/**
 * Answers a search as GDACS does: the dates act on `todate` and are whole days, what cannot be understood is ignored.
 *
 * @returns null when nothing matches, which GDACS answers with 204 and no body
 */
export function searchGdacs(rows: readonly GdacsRow[], params: URLSearchParams) {
  const query = QuerySchema.parse(Object.fromEntries(params));
  const matches = rows.filter(({ properties }) => {
    const day = properties.todate.slice(0, 10);
    return (
      query.eventlist.includes(properties.eventtype) &&
      query.alertlevel.includes(properties.alertlevel) &&
      day >= query.fromDate &&
      day <= query.toDate
    );
  });
  const start = (query.pageNumber - 1) * query.pageSize;
  const features = matches.slice(start, start + query.pageSize);
  return features.length === 0 ? null : { type: 'FeatureCollection', features };
}

/**
 * Rows as the RSS feed: all types and levels in one.
 *
 * @param generatedAt epoch ms
 */
export function gdacsRss(rows: readonly GdacsRow[], generatedAt: number): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:gdacs="http://www.gdacs.org" xmlns:georss="http://www.georss.org/georss">
  <channel>
    <title>GDACS RSS information</title>
    <link>https://www.gdacs.org</link>
    <pubDate>${new Date(generatedAt).toUTCString()}</pubDate>
${rows.map(rssItem).join('')}  </channel>
</rss>
`;
}

function rssItem({ geometry, properties }: GdacsRow): string {
  const { eventtype, eventid, alertlevel, name, severitydata } = properties;
  const date = (text: string) => new Date(`${text}Z`).toUTCString();
  const [longitude, latitude] = geometry.coordinates;
  return `    <item>
      <title>${escapeXml(`${alertlevel} ${name}`)}</title>
      <link>${escapeXml(properties.url.report)}</link>
      <gdacs:datemodified>${date(properties.datemodified)}</gdacs:datemodified>
      <gdacs:iscurrent>${properties.iscurrent}</gdacs:iscurrent>
      <gdacs:fromdate>${date(properties.fromdate)}</gdacs:fromdate>
      <gdacs:todate>${date(properties.todate)}</gdacs:todate>
      <guid isPermaLink="false">${eventtype}${eventid}</guid>
      <georss:point>${latitude} ${longitude}</georss:point>
      <gdacs:eventtype>${eventtype}</gdacs:eventtype>
      <gdacs:alertlevel>${alertlevel}</gdacs:alertlevel>
      <gdacs:eventname>${eventtype === 'TC' ? escapeXml(name.replace('Tropical Cyclone ', '')) : ''}</gdacs:eventname>
      <gdacs:eventid>${eventid}</gdacs:eventid>
      <gdacs:severity unit="${severitydata.severityunit}" value="${severitydata.severity}">${escapeXml(severitydata.severitytext)}</gdacs:severity>
      <gdacs:iso3>${properties.iso3}</gdacs:iso3>
      <gdacs:country>${escapeXml(properties.country)}</gdacs:country>
    </item>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** UTC in whole seconds without a zone, as GDACS writes it. */
function zoneless(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** The same in Italian local time. */
function romeTime(time: number): string {
  // The Swedish notation is ISO 8601, with a space.
  return new Date(time).toLocaleString('sv', { timeZone: 'Europe/Rome' }).replace(' ', 'T');
}
