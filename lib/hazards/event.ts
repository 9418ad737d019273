import { distanceKm } from './regions/near-land.js';
import type { HazardType } from './snapshot.js';

/** Most severe last. PAGER has all four; GDACS has no yellow. */
export const ALERT_LEVELS = ['green', 'yellow', 'orange', 'red'] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** One hazard as a feed reported it, in the window and with an alert level. */
export interface HazardEvent {
  /** The feed and its own id: 'gdacs:TC:1001294', 'usgs:us6000tga9'. The same hazard has the same id in every run. */
  readonly id: string;
  readonly type: HazardType;
  /** The name of its entry in `FEEDS`. */
  readonly source: string;
  /** Plain text for people, at most 300 characters. It comes from outside: escape it where it is shown. */
  readonly summary: string;
  /** 0 to 1, from the published alert level. */
  readonly severity: number;
  readonly alertLevel: AlertLevel;
  /** Epoch ms at which it began, never later than the run; for an earthquake the origin time. */
  readonly startedAt: number;
  /** Epoch ms of its latest observation, never later than the run. */
  readonly observedAt: number;
  /** Degrees, −180 to 180. */
  readonly longitude: number;
  readonly latitude: number;
  /** ISO 3166-1 alpha-2 of the countries it affects, as the feed names them, sorted. */
  readonly countries: readonly string[];
  /** http or https; null when the feed gave none. */
  readonly url: string | null;
}

/**
 * Most severe first, then latest, then by id: a total order, so that the same events are always listed in the same
 * order.
 */
export function compareEvents(a: HazardEvent, b: HazardEvent): number {
  return b.severity - a.severity || b.observedAt - a.observedAt || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** GDACS lists what was active on the present day or the four days before it. */
const WINDOW_DAYS = 4;
/** One cycle of a drought observatory: droughts are assessed three times a month. */
const DROUGHT_WINDOW_DAYS = 10;

/** No earthquake is known before it happens; this allows for the difference of two clocks. */
const EARTHQUAKE_AHEAD_MS = 10 * MINUTE_MS;
/** Slower hazards carry the end of an assessment period: floods lie up to 17 hours ahead. */
const OTHER_AHEAD_MS = DAY_MS;

/**
 * Where the window of a type begins: at the start of a UTC day. A window of 96 hours drops, for hours, events that
 * GDACS still lists.
 *
 * @param now epoch ms
 * @returns epoch ms
 */
export function windowStart(type: HazardType, now: number): number {
  const today = now - (((now % DAY_MS) + DAY_MS) % DAY_MS);
  return today - (type === 'drought' ? DROUGHT_WINDOW_DAYS : WINDOW_DAYS) * DAY_MS;
}

/**
 * Where an observation lies relative to the window that ends now.
 *
 * @param observedAt epoch ms
 * @param now epoch ms
 * @returns 'ahead' for a date too far in the future to be true
 */
export function placeInWindow(
  type: HazardType,
  observedAt: number,
  now: number,
): 'before' | 'within' | 'ahead' {
  if (observedAt < windowStart(type, now)) return 'before';
  const ahead = type === 'earthquake' ? EARTHQUAKE_AHEAD_MS : OTHER_AHEAD_MS;
  return observedAt > now + ahead ? 'ahead' : 'within';
}

/**
 * How far apart two reports of one earthquake may lie. These are the tolerances by which the ANSS catalogue that
 * USGS publishes joins the reports of several networks (Product Distribution Layer, DefaultAssociator).
 */
const SAME_TIME_MS = 16_000;
const SAME_PLACE_KM = 100;

/** GDACS itself lists an earthquake twice now and then: in the same second, 1 km apart. */
const TWIN = { timeMs: 1_000, placeKm: 10 };

interface Pair {
  readonly gdacs: HazardEvent;
  readonly usgs: HazardEvent;
  /** 0 for the same time and place, √2 at most. */
  readonly distance: number;
}

/** One hazard, and what each feed reported of it. */
export interface JoinedEvent {
  readonly event: HazardEvent;
  /** As they were read; at least one. */
  readonly reports: readonly HazardEvent[];
}

/**
 * Counts each earthquake once: those that GDACS lists twice, and those that both feeds list, because GDACS takes them
 * from USGS, in whole seconds and often from an earlier solution. The closest pairs join first and each event joins
 * once, so an aftershock in the same place stays an event of its own.
 *
 * Of a pair the more severe report is kept, so that its summary, level and link belong together; when they agree it is
 * that of USGS, which located the earthquake. It gets the countries of both and, whichever it is, the id of USGS: the
 * id does not flip when a level changes. It does change, once, when USGS gives an alert level to an earthquake that
 * only GDACS had before, and for as long as one of the feeds cannot be read.
 *
 * @returns the events, each hazard once; their order is not part of the result
 */
export function joinEvents(events: readonly HazardEvent[]): JoinedEvent[] {
  const reportsOf = withoutTwins(events);
  const distinct = [...reportsOf.keys()];
  const joined = new Set<HazardEvent>();
  const merged: JoinedEvent[] = [];
  for (const { gdacs, usgs } of closestFirst(pairsOf(distinct))) {
    if (joined.has(gdacs) || joined.has(usgs)) continue;
    joined.add(gdacs).add(usgs);
    const reports = [gdacs, usgs].flatMap((event) => reportsOf.get(event) ?? []);
    merged.push({ event: merge(gdacs, usgs), reports });
  }
  const single = distinct.filter((event) => !joined.has(event));
  return [...single.map((event) => ({ event, reports: reportsOf.get(event) ?? [] })), ...merged];
}

/** The events alone: see {@link joinEvents}. */
export function dedupeEvents(events: readonly HazardEvent[]): HazardEvent[] {
  return joinEvents(events).map(({ event }) => event);
}

/** Whether two reports may be of one earthquake, by the tolerances of the catalogue. */
export function isSameQuake(a: Quake, b: Quake): boolean {
  return distanceBetween(a, b) < Number.POSITIVE_INFINITY;
}

type Quake = Pick<HazardEvent, 'startedAt' | 'longitude' | 'latitude'>;

/**
 * Of two reports of one event the more severe is kept, else the one that GDACS listed first, which has the lower id.
 *
 * @returns what was reported of each event
 */
function withoutTwins(events: readonly HazardEvent[]): ReadonlyMap<HazardEvent, readonly HazardEvent[]> {
  const kept: { event: HazardEvent; reports: HazardEvent[] }[] = [];
  for (const quake of events.filter(isGdacsQuake).sort(compareEvents)) {
    const twin = kept.find(({ event }) => isTwin(quake, event));
    if (twin === undefined) {
      kept.push({ event: quake, reports: [quake] });
      continue;
    }
    twin.event = { ...twin.event, countries: union(twin.event.countries, quake.countries) };
    twin.reports.push(quake);
  }
  const others = events.filter((event) => !isGdacsQuake(event));
  return new Map<HazardEvent, readonly HazardEvent[]>([
    ...others.map((event) => [event, [event]] as const),
    ...kept.map(({ event, reports }) => [event, reports] as const),
  ]);
}

function isGdacsQuake({ type, source }: HazardEvent): boolean {
  return type === 'earthquake' && source === 'gdacs';
}

function isTwin(a: HazardEvent, b: HazardEvent): boolean {
  return Math.abs(a.startedAt - b.startedAt) <= TWIN.timeMs && distanceKm(a, b) <= TWIN.placeKm;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort();
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
function distanceBetween(a: Quake, b: Quake): number {
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
  return { ...kept, id: usgs.id, countries: union(gdacs.countries, usgs.countries) };
}
