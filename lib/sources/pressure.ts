import type { Pressure } from '../snapshot.js';
import type { AlertLevel, HazardEvent } from './hazard-event.js';

/**
 * Pressure of a region, P = max s over its events: published scales only, nothing weighed or added up. PAGER, too,
 * takes the higher of its two alerts.
 *
 * @param events each hazard once
 * @param anyAnswered whether any input answered; if none did, there is no score, which is not a score of 0
 */
export function measurePressure(events: readonly HazardEvent[], anyAnswered: boolean): Pressure {
  const highest = (some: readonly HazardEvent[]) =>
    some.reduce((max, { severity }) => Math.max(max, severity), 0);
  const count = (level: AlertLevel) => events.filter(({ alertLevel }) => alertLevel === level).length;
  const byHazard: Pressure['by_hazard'] = {};
  for (const { type, severity } of events) byHazard[type] = Math.max(byHazard[type] ?? 0, severity);
  return {
    score: anyAnswered ? highest(events) : null,
    score_without_drought: anyAnswered ? highest(events.filter(({ type }) => type !== 'drought')) : null,
    alerts: { orange: count('orange'), red: count('red') },
    by_hazard: byHazard,
  };
}
