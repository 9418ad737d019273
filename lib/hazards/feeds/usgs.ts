import { z } from 'zod';
import { ALERT_LEVELS, type AlertLevel, type HazardEvent } from '../event.js';
import { feedRequest, fetchRows, type HazardFeed, type HttpFeedDeps } from './feed.js';
import { createReading, PointSchema, type RowFormat } from './reading.js';
import { cleanText, webUrl } from './texts.js';

/** U.S. Geological Survey: earthquakes of magnitude 4.5 and more of the past seven days. */
export const USGS_URL = 'https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/4.5_week.geojson';

/**
 * PAGER's four levels, spaced equally: our assumption, PAGER only orders them (1, 100, 1,000 deaths; $1M, $100M, $1B).
 */
const SEVERITY: Record<AlertLevel, number> = { green: 0, yellow: 1 / 3, orange: 2 / 3, red: 1 };

/** PAGER's word for an orange or red alert that has not been released yet: at least orange. */
const PENDING = 'pending';

/** The ANSS catalogue's words for what shakes the ground but is not an earthquake. Any other word may mean one. */
const OTHER_KINDS =
  /blast|explosion|quarry|collapse|landslide|rock ?(slide|burst)|avalanche|sonic ?boom|meteor|ice quake|acoustic noise|anthropogenic event|volcanic eruption/;

const KindSchema = z.object({
  properties: z.object({
    type: z.string().catch(''),
    alert: z.unknown(),
    status: z.unknown(),
  }),
});
/** No row of the week is this early: such a time, 0 for example, stands for a missing one. */
const TimeSchema = z.int().min(Date.UTC(2000, 0, 1));
const TimesSchema = z.object({
  properties: z.object({
    time: TimeSchema.nullable().catch(null),
    updated: TimeSchema.nullable().catch(null),
  }),
});

/** Not read: `sig`, which felt reports inflate, and `tsunami`, which does not mean an observed tsunami. */
const RowSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  geometry: PointSchema,
  properties: z.object({
    type: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum(['earthquake', 'eq', 'induced or triggered event'])),
    mag: z.number().min(-5).max(11).nullable().catch(null),
    place: z.string().nullable().catch(null),
    title: z.string().catch(''),
    alert: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum([...ALERT_LEVELS, PENDING])),
    url: z.unknown(),
  }),
});
type Row = z.infer<typeof RowSchema>;

/**
 * The feed `usgs`: earthquakes that have a PAGER alert. Most have none; they contribute nothing to pressure and are
 * not kept, because "not assessed" is not a severity of 0.
 *
 * @param deps.url replaces {@link USGS_URL}
 * @returns the feed; an earthquake's severity is its PAGER alert: green 0, yellow 1/3, orange or pending 2/3, red 1
 * @throws TypeError when `url` is not a valid URL
 */
export function createUsgsFeed(deps: HttpFeedDeps = {}): HazardFeed {
  const url = new URL(deps.url ?? USGS_URL);
  return {
    name: 'usgs',
    async read({ now, signal }) {
      const reading = createReading(USGS_FORMAT, now);
      const answer = await fetchRows(url, feedRequest(deps, signal));
      // 204 has its meaning only with GDACS; here it is an answer without rows.
      reading.answered(answer?.generatedAt ?? null);
      reading.add(answer?.rows ?? []);
      const outcome = reading.outcome();
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

const USGS_FORMAT: RowFormat = {
  type: 'earthquake',
  neverEmpty: true,
  restsAtMostMs: 24 * 60 * 60_000,
  isOther(row) {
    const { success, data } = KindSchema.safeParse(row);
    return success && OTHER_KINDS.test(data.properties.type.toLowerCase().replaceAll('_', ' '));
  },
  /** Null and "" mean that there is no alert, whatever the rest of the row says. */
  isSilent(row) {
    const { success, data } = KindSchema.safeParse(row);
    const { alert, status } = data?.properties ?? {};
    return success && (alert === null || alert === '' || status === 'deleted');
  },
  observedAt: (row) => TimesSchema.safeParse(row).data?.properties.time ?? null,
  changedAt: (row) => TimesSchema.safeParse(row).data?.properties.updated ?? null,
  read(row, observedAt) {
    const { data } = RowSchema.safeParse(row);
    return data === undefined ? null : eventOf(data, observedAt);
  },
};

function eventOf(row: Row, observedAt: number): HazardEvent {
  const { id, geometry, properties } = row;
  const alertLevel = properties.alert === PENDING ? 'orange' : properties.alert;
  return {
    id: `usgs:${id}`,
    type: 'earthquake',
    source: 'usgs',
    summary: summaryOf(row),
    severity: SEVERITY[alertLevel],
    alertLevel,
    startedAt: observedAt,
    observedAt,
    ...geometry,
    countries: [],
    url: webUrl(properties.url),
  };
}

function summaryOf({ properties: { title, mag, place, alert } }: Row): string {
  const name = mag === null ? 'Earthquake' : `M ${mag.toFixed(1)}`;
  const summary = cleanText(title) || cleanText(place === null ? name : `${name} - ${place}`);
  return alert === PENDING ? `${cleanText(summary, 250)} (PAGER alert pending: at least orange)` : summary;
}
