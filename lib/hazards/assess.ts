import { type Fields, snapshotId } from '../persister/record.js';
import { snapshotHash } from '../runs/snapshot.js';
import type { HazardEvent } from './event.js';
import { type Counted, type Holding, hold, joinHeld } from './hold.js';
import { type Hearing, type RunMemory, remember, statementsOf } from './memory.js';
import {
  type AssessedSnapshot,
  type Evidence,
  type Pressure,
  type Regime,
  type RegimeLabel,
  SNAPSHOT_SCHEMA_VERSION,
} from './snapshot.js';

export interface AssessmentRequest {
  readonly regionId: string;
  /** The region's events in the window, each hazard once. */
  readonly events: readonly HazardEvent[];
  /** What each input reported about the region. */
  readonly hearings: readonly Hearing[];
  /** What the last run remembered of the region; null when there is nothing. */
  readonly memory: RunMemory | null;
  /** Earlier snapshots of the region by id, as far as they could be read. */
  readonly recalled: ReadonlyMap<string, Fields>;
  /** Epoch ms. */
  readonly now: number;
  readonly trigger: 'scheduled' | 'manual';
}

export interface Assessed {
  readonly snapshot: AssessedSnapshot;
  readonly memory: RunMemory;
}

/** How many are listed, unless more are orange or red: those are all listed, up to the next limit. */
const MAX_EVIDENCE = 50;
/** Some 400 KB. A region with more orange and red events has their number in `pressure.alerts`. */
const MAX_URGENT_EVIDENCE = 500;
/** Twice the interval of the runs, and the age at which the health check calls a snapshot stale. */
const VALID_MS = 12 * 60 * 60_000;

/**
 * Builds a region's snapshot: a pure function of the events, the memory and the clock. The clock shows in
 * `generated_at` and in `meta`, and bounds `regime.transitioned_at`.
 *
 * For an input that did not answer in full, its last answer counts for 24 hours. After that it is unknown: the score is
 * then a lower bound, from which `normal` does not follow.
 */
export function assess(request: AssessmentRequest): Assessed {
  const { regionId, hearings, memory, now } = request;
  const holding = hold(request);
  const events = joinHeld(request.events, holding.events);
  const pressure = measurePressure(events, holding.isUnknown);
  const driver = events.find(({ severity }) => severity > 0) ?? null;
  const regime = nextRegime({ score: pressure.score, driver, previous: memory, now });
  const content = {
    region_id: regionId,
    regime,
    pressure,
    evidence: evidenceOf(events),
    triggers: { active: [], watching: [], dormant: [] },
  };
  const id = snapshotId(now, snapshotHash(content));
  const { region_id, ...rest } = content;
  return {
    snapshot: { region_id, generated_at: now, meta: metaOf(request, holding, { id, regime }), ...rest },
    memory: {
      generated_at: now,
      regime,
      driver: driver?.id ?? null,
      inputs: Object.fromEntries(
        hearings.map((hearing) => [
          hearing.input,
          remember(hearing, statementsOf(memory, hearing.input, now), { at: now, snapshotId: id }),
        ]),
      ),
    },
  };
}

function metaOf(
  { hearings, memory, now, trigger }: AssessmentRequest,
  { inputs: heldInputs }: Holding,
  { id, regime }: { id: string; regime: AssessedSnapshot['regime'] },
): AssessedSnapshot['meta'] {
  const named = (wanted: Hearing['status']) =>
    hearings.flatMap(({ input, status }) => (status === wanted ? input : [])).sort();
  const shifted = memory !== null && regime.label !== memory.regime.label;
  return {
    snapshot_id: id,
    schema_version: SNAPSHOT_SCHEMA_VERSION,
    trigger_reason: shifted ? 'regime_shift' : trigger,
    snapshot_confidence: hearings.length === 0 ? 0 : named('ok').length / hearings.length,
    missing_inputs: named('failed'),
    incomplete_inputs: named('incomplete'),
    held_inputs: heldInputs.toSorted((a, b) => (a.input < b.input ? -1 : 1)),
    valid_until: now + VALID_MS,
  };
}

/** @param events the most severe first */
function evidenceOf(events: readonly Counted[]): Evidence[] {
  const urgent = Math.min(events.filter(isUrgent).length, MAX_URGENT_EVIDENCE);
  return events.slice(0, Math.max(urgent, MAX_EVIDENCE)).flatMap(({ evidence }) => evidence ?? []);
}

/** Lowest pressure of each regime, calmest first. PAGER yellow is 1/3, GDACS orange 1/2, red 1 on both. */
const THRESHOLDS = [
  { label: 'normal', from: 0 },
  { label: 'watch', from: 1 / 3 },
  { label: 'alert', from: 1 / 2 },
  { label: 'emergency', from: 1 },
] as const satisfies readonly { label: RegimeLabel; from: number }[];

/** All inputs answered, and nothing is above severity 0. */
const NO_HAZARD = 'no-hazard';
/** Too much is unknown to say more. */
const NOT_HEARD = 'not-heard';

export interface RegimeRequest {
  /** Pressure of what was reported and what is held; null when it is not known. */
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
 * - The same label: the previous regime is carried over unchanged, so that two runs over the same events give the same
 *   content, whenever they run.
 * - Another label: a transition from the previous label. A rise is driven by the event that sets the pressure; a fall
 *   by the end of the event that had set it.
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
 * Pressure of a region, P = max s over its events: published scales only, nothing is weighted or added up. PAGER also
 * takes the higher of its two alerts.
 *
 * @param events each hazard once, as reported or as held
 * @param isUnknown whether something was neither reported nor held: the score is then a lower bound, and where `normal`
 *   would follow from it, it is null, which is not the same as 0
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
