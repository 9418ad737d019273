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

/** Most severe first, then latest, then by id: a total order, so that equal events always list alike. */
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

/** No earthquake is known before it happens; this much is the difference of two clocks. */
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
