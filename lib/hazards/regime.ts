import type { SnapshotHead } from '../runs/snapshot.js';
import type { AlertLevel, HazardEvent } from './event.js';
import { type Pressure, type Regime, type RegimeLabel, RegimeSchema } from './snapshot.js';

/** Lowest pressure of each regime, calmest first. PAGER yellow is 1/3, GDACS orange 1/2, red 1 on both. */
const THRESHOLDS = [
  { label: 'normal', from: 0 },
  { label: 'watch', from: 1 / 3 },
  { label: 'alert', from: 1 / 2 },
  { label: 'emergency', from: 1 },
] as const satisfies readonly { label: RegimeLabel; from: number }[];

/** A word for the absence of any event above severity 0. */
const NO_DRIVER = 'no-hazard';

export interface RegimeRequest {
  /** Pressure of the inputs that answered; null when none did. */
  readonly score: number | null;
  /** The most severe event's id; null when none is above severity 0. */
  readonly driver: string | null;
  /** Whether an input is missing: what it would have said is unknown, so the regime may rise but not fall. */
  readonly inputMissing: boolean;
  readonly previous: Regime | null;
  /** Epoch ms: the earliest moment at which a transition can have been. */
  readonly since: number;
}

/**
 * The regime that follows from the pressure and the regime before.
 *
 * - The same label, or one held because an input is missing: the previous regime is carried over whole, so that two
 *   runs over the same events give the same content, whenever they run.
 * - Another label: a transition from the previous label. It is dated by what both sides of it know, not by the clock:
 *   two runs that overlap see the same transition and must give the same content.
 * - No previous regime: a beginning is no transition, so its other fields are null.
 */
export function nextRegime(request: RegimeRequest): Regime {
  const { score, driver, inputMissing, previous, since } = request;
  const label = labelOf(score);
  if (previous === null) {
    return { label, previous_label: null, transitioned_at: null, transition_driver: null };
  }
  const held = (inputMissing || score === null) && rank(label) < rank(previous.label);
  if (held || label === previous.label) return previous;
  return {
    label,
    previous_label: previous.label,
    transitioned_at: since,
    transition_driver: driver ?? NO_DRIVER,
  };
}

/**
 * The regime in a head, if it is one of ours.
 *
 * @returns null when there is none, or when a pushed snapshot brought labels of its own: they have no rank here
 */
export function regimeOfHead(head: SnapshotHead | null): Regime | null {
  const regime = RegimeSchema.safeParse(head?.regime);
  return regime.success ? regime.data : null;
}

function labelOf(score: number | null): RegimeLabel {
  if (score === null) return 'unknown';
  return THRESHOLDS.findLast(({ from }) => score >= from)?.label ?? 'unknown';
}

/** Anything is more than `unknown`. */
function rank(label: RegimeLabel): number {
  return THRESHOLDS.findIndex((threshold) => threshold.label === label);
}

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
