import type { Pressure, Regime, RegimeLabel } from './snapshot.js';

/** Lowest pressure of each regime, calmest first. PAGER yellow is 1/3, GDACS orange 1/2, red 1 on both. */
const THRESHOLDS = [
  { label: 'normal', from: 0 },
  { label: 'watch', from: 1 / 3 },
  { label: 'alert', from: 1 / 2 },
  { label: 'emergency', from: 1 },
] as const satisfies readonly { label: RegimeLabel; from: number }[];

/** All inputs were heard, and there is nothing above severity 0. */
const NO_HAZARD = 'no-hazard';
/** What would have to be heard to say more was not. */
const NOT_HEARD = 'not-heard';

export interface RegimeRequest {
  /** Pressure of what was heard and what is held; null when it is not known. */
  readonly score: number | null;
  /** The most severe event; null when none is above severity 0. */
  readonly driver: { readonly id: string; readonly startedAt: number } | null;
  /** What the last run remembers; null before the first. */
  readonly previous: {
    readonly regime: Regime;
    /** Id of the event that set the pressure then. */
    readonly driver: string | null;
    /** Epoch ms of that run. */
    readonly generated_at: number;
  } | null;
  /** Epoch ms of the run. */
  readonly now: number;
}

/**
 * The regime that follows from the pressure and the regime before.
 *
 * - The same label: the previous regime is carried over whole, so that two runs over the same events give the same
 *   content, whenever they run.
 * - Another label: a transition from the previous label. A rise is driven by the event that sets the pressure; a fall
 *   by the end of the event that had set it, whatever is left.
 * - No previous regime: a beginning is not a transition, so its other fields are null.
 */
export function nextRegime({ score, driver, previous, now }: RegimeRequest): Regime {
  const label = labelOf(score);
  if (previous === null) {
    return { label, previous_label: null, transitioned_at: null, transition_driver: null };
  }
  const { regime: before, generated_at: lastRunAt } = previous;
  if (label === before.label) return before;
  const isRise = before.label === 'unknown' || rank(label) > rank(before.label);
  const begunAt = isRise ? (driver?.startedAt ?? 0) : 0;
  return {
    label,
    previous_label: before.label,
    transitioned_at: Math.min(now, Math.max(lastRunAt, begunAt)),
    transition_driver: driverOf(label, isRise ? (driver?.id ?? null) : previous.driver),
  };
}

function driverOf(label: RegimeLabel, event: string | null): string {
  if (label === 'unknown') return NOT_HEARD;
  return event ?? NO_HAZARD;
}

function labelOf(score: number | null): RegimeLabel {
  if (score === null) return 'unknown';
  return THRESHOLDS.findLast(({ from }) => score >= from)?.label ?? 'unknown';
}

function rank(label: RegimeLabel): number {
  return THRESHOLDS.findIndex((threshold) => threshold.label === label);
}

type Weighed = { readonly type: keyof Pressure['by_hazard']; readonly severity: number };

/** The lowest severity of what PAGER or GDACS calls orange, and that of red. */
const ORANGE = 1 / 2;
const RED = 1;

/** Whether an event is orange or red. */
export function isUrgent({ severity }: Pick<Weighed, 'severity'>): boolean {
  return severity >= ORANGE;
}

/**
 * Pressure of a region, P = max s over its events: published scales only, nothing weighed or added up. PAGER, too,
 * takes the higher of its two alerts.
 *
 * @param events each hazard once, as heard or as held
 * @param isUnknown whether something was neither heard nor held: the score is a lower bound then, and where `normal`
 *   would follow from it, it is null, which is not a score of 0
 */
export function measurePressure(events: readonly Weighed[], isUnknown: boolean): Pressure {
  const byHazard: Pressure['by_hazard'] = {};
  const counts: Pressure['events']['by_hazard'] = {};
  for (const { type, severity } of events) {
    byHazard[type] = Math.max(byHazard[type] ?? 0, severity);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  const urgent = events.filter(isUrgent);
  const red = urgent.filter(({ severity }) => severity >= RED).length;
  return {
    score: scoreOf(events, isUnknown),
    score_without_drought: scoreOf(
      events.filter(({ type }) => type !== 'drought'),
      isUnknown,
    ),
    alerts: { orange: urgent.length - red, red },
    by_hazard: byHazard,
    events: { total: events.length, by_hazard: counts },
  };
}

function scoreOf(events: readonly Weighed[], isUnknown: boolean): number | null {
  const highest = events.reduce((max, { severity }) => Math.max(max, severity), 0);
  return isUnknown && labelOf(highest) === 'normal' ? null : highest;
}
