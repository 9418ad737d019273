import { z } from 'zod';
import { type AlertLevel, placeInWindow } from '../event.js';
import { alpha2OfCountry } from '../regions/countries.js';
import type { HazardType } from '../snapshot.js';
import { cleanText, PointSchema, type RowReading, webUrl } from './feed.js';

/** A GDACS event type and what it is here. */
export interface GdacsType {
  readonly code: string;
  readonly type: HazardType;
}

/**
 * s = (alert score − 1) / 2, where the score is the rank of the level: 1, 2, 3. Equal spacing of the levels is our
 * assumption; GDACS only orders them.
 */
const SEVERITY = { green: 0, orange: 0.5, red: 1 } as const satisfies Partial<Record<AlertLevel, number>>;

/** Text that may be missing, which GDACS writes as "". */
const OptionalText = z.string().catch('');

const EventTypeSchema = z.object({ properties: z.object({ eventtype: z.string() }) });

/**
 * What is read of a row. Not read: `episodealertscore`, which is not comparable across hazards, and the strings
 * `iscurrent` and `istemporary`: the first is unreliable for droughts, the second is also true of fresh events that
 * are real. The window decides what is current.
 */
const RowSchema = z.object({
  geometry: PointSchema,
  properties: z.object({
    eventid: z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/)]),
    alertlevel: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['green', 'orange', 'red'])),
    fromdate: OptionalText,
    todate: OptionalText,
    name: OptionalText,
    iso3: OptionalText,
    affectedcountries: z
      .array(z.object({ iso2: OptionalText, iso3: OptionalText }).catch({ iso2: '', iso3: '' }))
      .catch([]),
    severitydata: z.object({ severitytext: OptionalText }).catch({ severitytext: '' }),
    url: z.object({ report: z.unknown() }).catch({ report: null }),
  }),
});
type Properties = z.infer<typeof RowSchema>['properties'];

/**
 * Reads one row of a search for one type.
 *
 * @param now epoch ms; the window ends here
 */
export function readGdacsRow(row: unknown, { code, type }: GdacsType, now: number): RowReading {
  const kind = EventTypeSchema.safeParse(row);
  // GDACS ignores parameters it does not know: should it ever ignore the type, each feed still reads its own.
  if (kind.success && kind.data.properties.eventtype !== code) return 'not-counted';
  const parsed = RowSchema.safeParse(row);
  if (!kind.success || !parsed.success) return 'unreadable';
  const { geometry, properties } = parsed.data;
  const observedAt = utcTime(properties.todate === '' ? properties.fromdate : properties.todate);
  if (observedAt === null) return 'unreadable';
  const place = placeInWindow(type, observedAt, now);
  if (place !== 'within') return place === 'before' ? 'not-counted' : 'unreadable';
  return {
    id: `gdacs:${code}:${properties.eventid}`,
    type,
    source: 'gdacs',
    summary: summaryOf(properties, type),
    severity: SEVERITY[properties.alertlevel],
    alertLevel: properties.alertlevel,
    startedAt: utcTime(properties.fromdate) ?? observedAt,
    observedAt,
    ...geometry,
    countries: countriesOf(properties),
    url: webUrl(properties.url.report),
  };
}

const IsoTimeSchema = z.iso.datetime({ local: true, offset: true });

/** GDACS writes UTC without saying so, which Date would take for the machine's own zone. */
function utcTime(text: string): number | null {
  if (!IsoTimeSchema.safeParse(text).success) return null;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

function summaryOf({ name, severitydata }: Properties, type: HazardType): string {
  const parts = [cleanText(name), cleanText(severitydata.severitytext)].filter((part) => part !== '');
  return cleanText(parts.join(': ')) || type;
}

/** `affectedcountries` by iso2, else iso3, and `iso3`; the text `country` may be a list of 25 names and is not read. */
function countriesOf({ affectedcountries, iso3 }: Properties): string[] {
  const codes = affectedcountries.map(
    (country) => alpha2OfCountry(country.iso2) ?? alpha2OfCountry(country.iso3),
  );
  const known = [...codes, alpha2OfCountry(iso3)].filter((code) => code !== null);
  return [...new Set(known)].sort();
}
