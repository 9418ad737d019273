import { z } from 'zod';
import { ALERT_LEVELS, type AlertLevel, placeInWindow } from '../event.js';
import {
  cleanText,
  fetchRows,
  type HazardFeed,
  type HttpFeedDeps,
  PointSchema,
  type RowReading,
  readRows,
  webUrl,
} from './feed.js';
import { FETCH_TIMEOUT_MS } from './fetch-json.js';

/** U.S. Geological Survey: earthquakes of magnitude 4.5 and more of the past seven days. */
export const USGS_URL = 'https://earthquake.usgs.gov/earthquakes/feed/v1.0/summary/4.5_week.geojson';

/** PAGER's four levels, spaced equally: our assumption, PAGER only orders them (1, 100, 1,000 deaths; $1M, $100M, $1B). */
const SEVERITY: Record<AlertLevel, number> = { green: 0, yellow: 1 / 3, orange: 2 / 3, red: 1 };

const TypeSchema = z.object({ properties: z.object({ type: z.string() }) });

/** Not read: `sig`, which felt reports inflate, and `tsunami`, which is no observed tsunami. */
const RowSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  geometry: PointSchema,
  properties: z.object({
    mag: z.number().min(-5).max(11).nullish(),
    place: z.string().nullable().catch(null),
    title: z.string().catch(''),
    time: z.int(),
    status: z.string().catch(''),
    alert: z.enum(ALERT_LEVELS).or(z.literal('')).nullable(),
    url: z.unknown(),
  }),
});
type Row = z.infer<typeof RowSchema>;

/**
 * The feed `usgs`: earthquakes that have a PAGER alert. Most have none; they contribute nothing to pressure and are
 * not kept, because "not assessed" is not a severity of 0.
 *
 * @param deps.url replaces {@link USGS_URL}
 * @returns the feed; an earthquake's severity is its PAGER alert: green 0, yellow 1/3, orange 2/3, red 1
 * @throws TypeError when `url` is none
 */
export function createUsgsFeed(deps: HttpFeedDeps = {}): HazardFeed {
  const { fetch = globalThis.fetch, random = Math.random, timeoutMs = FETCH_TIMEOUT_MS } = deps;
  const url = new URL(deps.url ?? USGS_URL);
  return {
    name: 'usgs',
    async read({ now, signal }) {
      const rows = await fetchRows({ url, signal, fetch, random, timeoutMs });
      return { ...readRows(rows, (row) => readUsgsRow(row, now)), notes: [] };
    },
  };
}

function readUsgsRow(row: unknown, now: number): RowReading {
  const kind = TypeSchema.safeParse(row);
  // "quarry blast", "explosion" and the like shake the ground too.
  if (kind.success && kind.data.properties.type !== 'earthquake') return 'not-counted';
  const parsed = RowSchema.safeParse(row);
  if (!kind.success || !parsed.success) return 'unreadable';
  const { id, geometry, properties } = parsed.data;
  const { alert, time, status } = properties;
  const place = placeInWindow('earthquake', time, now);
  if (place === 'ahead') return 'unreadable';
  if (place === 'before' || status === 'deleted' || alert === null || alert === '') return 'not-counted';
  return {
    id: `usgs:${id}`,
    type: 'earthquake',
    source: 'usgs',
    summary: summaryOf(parsed.data),
    severity: SEVERITY[alert],
    alertLevel: alert,
    startedAt: time,
    observedAt: time,
    ...geometry,
    countries: [],
    url: webUrl(properties.url),
  };
}

function summaryOf({ properties: { title, mag, place } }: Row): string {
  const name = mag == null ? 'Earthquake' : `M ${mag.toFixed(1)}`;
  return cleanText(title) || cleanText(place === null ? name : `${name} - ${place}`);
}
