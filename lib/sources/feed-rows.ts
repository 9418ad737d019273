import { z } from 'zod';
import { normalizeLongitude } from '../geography/sphere.js';
import { type FetchJsonRequest, fetchJson } from './fetch-json.js';
import type { HazardEvent } from './hazard-event.js';

/** GDACS sends 100 a page, USGS a few hundred in a bad week. */
const MAX_ROWS = 2_000;

/** Fewer rows than these may all be bad luck; so many that cannot be read are another format. */
const ENOUGH_TO_JUDGE = 5;

/** An event, a row that is no hazard here and now, or one that cannot be read. */
export type RowReading = HazardEvent | 'not-counted' | 'unreadable';

/** A GeoJSON point; longitudes past ±180 are brought back, a depth is passed over. */
export const PointSchema = z
  .object({
    type: z.literal('Point'),
    coordinates: z.tuple([z.number().min(-360).max(360), z.number().min(-90).max(90)]).rest(z.unknown()),
  })
  .transform(({ coordinates: [longitude, latitude] }) => ({
    longitude: normalizeLongitude(longitude),
    latitude,
  }));

/** The rows themselves are read one by one, so that a bad one costs itself alone. */
const FeatureCollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.custom<readonly unknown[]>((value) => Array.isArray(value)),
});

/**
 * Fetches the rows of a GeoJSON feed.
 *
 * @returns none for an empty answer
 * @throws when it could not be fetched or is no FeatureCollection
 */
export async function fetchRows(request: FetchJsonRequest): Promise<readonly unknown[]> {
  const body = await fetchJson(request);
  if (body === undefined) return [];
  const collection = FeatureCollectionSchema.safeParse(body);
  if (!collection.success) throw new Error('the answer is no GeoJSON FeatureCollection');
  return collection.data.features;
}

/**
 * Reads rows one by one. Rows past the first 2,000 count as skipped unread.
 *
 * @returns the events, one for each id (the latest observation of it), and how many rows could not be read
 * @throws when no row at all can be read: what a feed in another format says is unknown, not nothing
 */
export function readRows(
  rows: readonly unknown[],
  readRow: (row: unknown) => RowReading,
): { events: HazardEvent[]; skipped: number } {
  const events = new Map<string, HazardEvent>();
  let skipped = Math.max(0, rows.length - MAX_ROWS);
  for (const row of rows.slice(0, MAX_ROWS)) {
    const reading = readRow(row);
    if (reading === 'unreadable') skipped += 1;
    else if (reading !== 'not-counted') keepLatest(events, reading);
  }
  if (rows.length >= ENOUGH_TO_JUDGE && skipped === rows.length) {
    throw new Error(`none of the ${rows.length} rows could be read`);
  }
  return { events: [...events.values()], skipped };
}

/** A hazard can come twice: in two episodes, or on two pages between which the list has moved. */
function keepLatest(events: Map<string, HazardEvent>, event: HazardEvent): void {
  const known = events.get(event.id);
  const later =
    known === undefined ? 1 : event.observedAt - known.observedAt || event.severity - known.severity;
  if (later > 0) events.set(event.id, event);
}
