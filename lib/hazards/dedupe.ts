import type { HazardEvent } from './event.js';
import { distanceKm } from './regions/sphere.js';

/**
 * How far apart two reports of one earthquake may lie. These are the tolerances by which the ANSS catalogue that
 * USGS publishes joins the reports of several networks (Product Distribution Layer, DefaultAssociator).
 */
const SAME_TIME_MS = 16_000;
const SAME_PLACE_KM = 100;

interface Pair {
  readonly gdacs: HazardEvent;
  readonly usgs: HazardEvent;
  /** 0 for the same time and place, at most √2. */
  readonly distance: number;
}

/**
 * Joins the earthquakes that both feeds list: GDACS takes them from USGS, in whole seconds and often from an earlier
 * solution. The closest pairs join first and each event joins once, so an aftershock in the same place stays an
 * event of its own, as do two events of one feed.
 *
 * Of a pair the more severe report is kept whole, so that its summary, level and link tell one story; when they
 * agree it is that of USGS, which located the earthquake. It gets the countries of both.
 *
 * @returns the events, each hazard once; their order is not part of the result
 */
export function dedupeEvents(events: readonly HazardEvent[]): HazardEvent[] {
  const joined = new Set<HazardEvent>();
  const merged: HazardEvent[] = [];
  for (const { gdacs, usgs } of closestFirst(pairsOf(events))) {
    if (joined.has(gdacs) || joined.has(usgs)) continue;
    joined.add(gdacs).add(usgs);
    merged.push(merge(gdacs, usgs));
  }
  return [...events.filter((event) => !joined.has(event)), ...merged];
}

function pairsOf(events: readonly HazardEvent[]): Pair[] {
  const quakes = events.filter((event) => event.type === 'earthquake');
  const ofUsgs = quakes.filter((event) => event.source === 'usgs');
  return quakes
    .filter((event) => event.source === 'gdacs')
    .flatMap((gdacs) =>
      ofUsgs
        .filter((usgs) => distanceBetween(gdacs, usgs) < Number.POSITIVE_INFINITY)
        .map((usgs) => ({ gdacs, usgs, distance: distanceBetween(gdacs, usgs) })),
    );
}

/** In units of the tolerances, infinite when either is passed. */
function distanceBetween(a: HazardEvent, b: HazardEvent): number {
  const time = Math.abs(a.startedAt - b.startedAt) / SAME_TIME_MS;
  if (time > 1) return Number.POSITIVE_INFINITY;
  const place = distanceKm(a, b) / SAME_PLACE_KM;
  return place > 1 ? Number.POSITIVE_INFINITY : Math.hypot(time, place);
}

function closestFirst(pairs: readonly Pair[]): Pair[] {
  const name = ({ gdacs, usgs }: Pair) => `${gdacs.id} ${usgs.id}`;
  return pairs.toSorted((a, b) => a.distance - b.distance || (name(a) < name(b) ? -1 : 1));
}

function merge(gdacs: HazardEvent, usgs: HazardEvent): HazardEvent {
  const kept = gdacs.severity > usgs.severity ? gdacs : usgs;
  return { ...kept, countries: [...new Set([...gdacs.countries, ...usgs.countries])].sort() };
}
