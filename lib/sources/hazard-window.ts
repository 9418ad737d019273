import type { HazardType } from '../snapshot.js';

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
