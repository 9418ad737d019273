import type { HazardType } from './snapshot.js';

/** Most severe last. PAGER has all four; GDACS has no yellow. */
export const ALERT_LEVELS = ['green', 'yellow', 'orange', 'red'] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** One hazard as a feed reported it, in the window and with an alert level. */
export interface HazardEvent {
  /** The feed and its own id: 'gdacs:TC:1001294', 'usgs:us6000tga9'. The same hazard has the same id in every run. */
  readonly id: string;
  readonly type: HazardType;
  readonly source: 'gdacs' | 'usgs';
  /** Plain text for people, at most 300 characters. It comes from outside: escape it where it is shown. */
  readonly summary: string;
  /** 0 to 1, from the published alert level. */
  readonly severity: number;
  readonly alertLevel: AlertLevel;
  /** Epoch ms at which it began; for an earthquake the origin time. */
  readonly startedAt: number;
  /** Epoch ms of its latest observation. */
  readonly observedAt: number;
  /** Degrees, −180 to 180. */
  readonly longitude: number;
  readonly latitude: number;
  /** ISO 3166-1 alpha-2 of the countries it affects, as the feed names them, sorted. */
  readonly countries: readonly string[];
  /** http or https; null when the feed gave none. */
  readonly url: string | null;
}

/** Most severe first, then latest, then by id: a total order, so that equal events always list alike. */
export function compareEvents(a: HazardEvent, b: HazardEvent): number {
  return b.severity - a.severity || b.observedAt - a.observedAt || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The window of the GDACS map. */
const WINDOW_MS = 4 * DAY_MS;
/** One cycle of a drought observatory: droughts are assessed three times a month. */
const DROUGHT_WINDOW_MS = 10 * DAY_MS;

/** No earthquake is known before it happens; this much is the difference of two clocks. */
const EARTHQUAKE_AHEAD_MS = 10 * MINUTE_MS;
/** Slower hazards carry the end of an assessment period, which may be the end of today. */
const OTHER_AHEAD_MS = DAY_MS;

/**
 * How far back an event of this type counts.
 *
 * @returns ms
 */
export function windowMs(type: HazardType): number {
  return type === 'drought' ? DROUGHT_WINDOW_MS : WINDOW_MS;
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
  if (observedAt < now - windowMs(type)) return 'before';
  const ahead = type === 'earthquake' ? EARTHQUAKE_AHEAD_MS : OTHER_AHEAD_MS;
  return observedAt > now + ahead ? 'ahead' : 'within';
}
