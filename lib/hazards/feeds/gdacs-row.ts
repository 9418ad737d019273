import { z } from 'zod';
import { type AlertLevel, type HazardEvent, placeInWindow } from '../event.js';
import { alpha2OfCountry, codesOfNames } from '../regions/countries.js';
import type { HazardType } from '../snapshot.js';
import { PointSchema, type RowFormat } from './reading.js';
import { cleanName, cleanText, gdacsTime, webUrl } from './texts.js';

/** A GDACS event type and what it is here. */
export interface GdacsType {
  readonly code: string;
  readonly type: HazardType;
  /** What GDACS calls such an event, before the place. */
  readonly noun: string;
  readonly neverEmpty: boolean;
  /** @see RowFormat.restsAtMostMs */
  readonly restsAtMostMs: number | null;
}

const DAY_MS = 24 * 60 * 60_000;

/**
 * Days can pass without a cyclone or an eruption anywhere; there is always some event of the other types, and a new one
 * every day. Droughts are assessed three times a month.
 */
export const GDACS_TYPES = [
  { code: 'EQ', type: 'earthquake', noun: 'Earthquake', neverEmpty: true, restsAtMostMs: DAY_MS },
  { code: 'TC', type: 'cyclone', noun: 'Tropical Cyclone', neverEmpty: false, restsAtMostMs: null },
  { code: 'FL', type: 'flood', noun: 'Flood', neverEmpty: true, restsAtMostMs: DAY_MS },
  { code: 'DR', type: 'drought', noun: 'Drought', neverEmpty: true, restsAtMostMs: 10 * DAY_MS },
  { code: 'VO', type: 'volcano', noun: 'Eruption', neverEmpty: false, restsAtMostMs: null },
  { code: 'WF', type: 'wildfire', noun: 'Forest fires', neverEmpty: true, restsAtMostMs: DAY_MS },
] as const satisfies readonly GdacsType[];

/** GDACS has, or had, a type besides the six: tsunamis. Any other code may be one of the six, renamed. */
const CODES: ReadonlySet<string> = new Set([...GDACS_TYPES.map(({ code }) => code), 'TS']);

/**
 * s = (alert score − 1) / 2, where the score is the rank of the level: 1, 2, 3. Equal spacing of the levels is our
 * assumption; GDACS only orders them.
 */
const SEVERITY = { green: 0, orange: 0.5, red: 1 } as const satisfies Partial<Record<AlertLevel, number>>;

/**
 * GDACS's own scale, by which "1.5" is orange: 0 to 1 green, 1 to 2 orange, 2 to 3 red. GDACS does not say to which
 * side a boundary belongs; here to the more severe.
 */
const NumberLevelSchema = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^\d(\.\d+)?$/)
      .transform(Number),
  ])
  .pipe(z.number().min(0).max(3))
  .transform((score) => (score < 1 ? 'green' : score < 2 ? 'orange' : 'red'));

const LevelSchema = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.enum(['green', 'orange', 'red']))
  .or(NumberLevelSchema);

/** Text that may be missing, which GDACS writes as "". */
const OptionalText = z.string().catch('');

const CodeSchema = z.object({ properties: z.object({ eventtype: z.string().trim().toUpperCase() }) });
const DatesSchema = z.object({
  properties: z.object({ fromdate: OptionalText, todate: OptionalText, datemodified: OptionalText }),
});

/**
 * What is read of a row. Not read: `episodealertscore`, which is not comparable across hazards, and the strings
 * `iscurrent` and `istemporary`: the first is unreliable for droughts, the second is also true of fresh events that
 * are real. The window decides what is current.
 */
const RowSchema = z.object({
  geometry: PointSchema,
  properties: z.object({
    eventtype: z.string(),
    eventid: z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/)]),
    alertlevel: LevelSchema,
    fromdate: OptionalText,
    name: OptionalText,
    iso3: OptionalText,
    country: OptionalText,
    affectedcountries: z
      .array(z.object({ iso2: OptionalText, iso3: OptionalText }).catch({ iso2: '', iso3: '' }))
      .catch([]),
    severitydata: z.object({ severitytext: OptionalText }).catch({ severitytext: '' }),
    url: z.object({ report: z.unknown() }).catch({ report: null }),
  }),
});
type Properties = z.infer<typeof RowSchema>['properties'];

/**
 * How rows of one type are read, from the search and from the RSS feed alike.
 *
 * @param now epoch ms; the window ends here
 */
export function gdacsFormat(gdacsType: GdacsType, now: number): RowFormat {
  const { code, type, neverEmpty, restsAtMostMs } = gdacsType;
  const zone = type === 'volcano' ? 'Europe/Rome' : 'UTC';
  return {
    type,
    neverEmpty,
    restsAtMostMs,
    isOther(row) {
      // GDACS ignores parameters it does not know: should it ever ignore the type, each feed still reads its own.
      const eventtype = codeOf(row);
      return eventtype !== code && CODES.has(eventtype);
    },
    // Every row has a level.
    isSilent: () => false,
    observedAt(row) {
      const dates = datesOf(row);
      if (dates === null) return null;
      const to = gdacsTime(dates.todate, zone);
      const from = gdacsTime(dates.fromdate, zone);
      // Nothing ends before it begins: one of the two is wrong, but it is unknown which.
      if (to !== null && from !== null && to < from - DAY_MS) return null;
      if (dates.todate !== '') return to;
      // What began before the window may still go on in it.
      return from !== null && placeInWindow(type, from, now) === 'before' ? null : from;
    },
    changedAt(row) {
      const dates = datesOf(row);
      if (dates === null) return null;
      // Where no row says when it was changed, the newest event is the last sign of life.
      return gdacsTime(dates.datemodified, zone) ?? gdacsTime(dates.todate, zone);
    },
    read(row, observedAt) {
      const parsed = RowSchema.safeParse(row);
      if (!parsed.success || codeOf(row) !== code) return null;
      const { geometry, properties } = parsed.data;
      return {
        id: `gdacs:${code}:${properties.eventid}`,
        type,
        source: 'gdacs',
        summary: summaryOf(properties, gdacsType),
        severity: SEVERITY[properties.alertlevel],
        alertLevel: properties.alertlevel,
        startedAt: gdacsTime(properties.fromdate, zone) ?? observedAt,
        observedAt,
        ...geometry,
        countries: countriesOf(properties),
        url: webUrl(properties.url.report),
      } satisfies HazardEvent;
    },
  };
}

function codeOf(row: unknown): string {
  const parsed = CodeSchema.safeParse(row);
  return parsed.success ? parsed.data.properties.eventtype : '';
}

function datesOf(row: unknown) {
  const parsed = DatesSchema.safeParse(row);
  return parsed.success ? parsed.data.properties : null;
}

function summaryOf({ name, severitydata }: Properties, { type, noun }: GdacsType): string {
  const severity = severityText(cleanText(severitydata.severitytext, 95), type);
  const parts = [cleanName(name), severity].filter((part) => part !== '');
  return parts.join(': ') || noun;
}

/**
 * The strength of an event according to GDACS, without what would be misleading: every flood has "Magnitude 0", and the
 * class of a cyclone is that of the moment while the wind beside it is the strongest of its whole life, as in
 * "Tropical Storm (maximum wind speed of 269 km/h)".
 */
function severityText(text: string, type: HazardType): string {
  if (type === 'flood') return /^magnitude\s+0(\.0+)?$/i.test(text) ? '' : text;
  if (type !== 'cyclone') return text;
  return /maximum wind speed of [\d.,]+ ?km\/h/i.exec(text)?.[0] ?? text;
}

/**
 * `affectedcountries` by iso2, else iso3; `iso3`; and the names in `country`, because `affectedcountries` leaves out
 * the countries that GDACS cannot map: Viet Nam in 9 of 9 cyclones.
 */
function countriesOf({ affectedcountries, iso3, country }: Properties): string[] {
  const codes = affectedcountries.map(
    (affected) => alpha2OfCountry(affected.iso2) ?? alpha2OfCountry(affected.iso3),
  );
  const known = [...codes, alpha2OfCountry(iso3), ...codesOfNames(country)].filter((code) => code !== null);
  return [...new Set(known)].sort();
}
