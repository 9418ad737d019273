import { NOW } from './rows.js';

/** An item of the RSS feed of GDACS, an hour old. A field that is null is left out. */
export function rssItem(fields: Readonly<Record<string, string | null>> = {}): string {
  const texts: Record<string, string | null> = {
    title: 'Orange alert for tropical cyclone EXAMPLE-26',
    link: 'https://www.gdacs.org/report.aspx?eventid=7000001&amp;eventtype=TC',
    'gdacs:datemodified': 'Tue, 10 Mar 2026 11:20:00 GMT',
    'gdacs:iscurrent': 'true',
    'gdacs:fromdate': 'Sat, 07 Mar 2026 00:00:00 GMT',
    'gdacs:todate': 'Tue, 10 Mar 2026 11:00:00 GMT',
    'georss:point': '14.6 121.3',
    'gdacs:eventtype': 'TC',
    'gdacs:alertlevel': 'Orange',
    'gdacs:eventname': 'EXAMPLE-26',
    'gdacs:eventid': '7000001',
    'gdacs:episodeid': '4',
    'gdacs:severity': 'Tropical Storm (maximum wind speed of 120 km/h)',
    'gdacs:iso3': 'PHL',
    'gdacs:country': 'Philippines, Viet Nam',
    ...fields,
  };
  const elements = Object.entries(texts).flatMap(([name, text]) =>
    text === null ? [] : `<${name}>${text}</${name}>`,
  );
  return `<item>${elements.join('')}</item>`;
}

export function rssFeed(items: readonly string[], generatedAt = NOW - 60_000): string {
  const pubDate = new Date(generatedAt).toUTCString();
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:gdacs="http://www.gdacs.org"><channel><title>GDACS RSS information</title><pubDate>${pubDate}</pubDate>${items.join('')}</channel></rss>`;
}
