import type { Fields } from '../persister/record.js';
import { snapshotId } from '../persister/record.js';
import { snapshotHash } from '../runs/snapshot.js';
import type { HazardEvent } from './event.js';
import { type Counted, type Holding, hold, joinHeld } from './hold.js';
import { type Hearing, type RunMemory, remember, statementsOf } from './memory.js';
import { isUrgent, measurePressure, nextRegime } from './regime.js';
import { type AssessedSnapshot, type Evidence, SNAPSHOT_SCHEMA_VERSION } from './snapshot.js';

export interface AssessmentRequest {
  readonly regionId: string;
  /** The region's events in the window, each hazard once. */
  readonly events: readonly HazardEvent[];
  /** What each input said about the region. */
  readonly hearings: readonly Hearing[];
  /** What the last run remembers of the region; null when nothing is. */
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

/** So many are listed, unless more are orange or red: those are all listed, up to the bound. */
const MAX_EVIDENCE = 50;
/** Some 400 KB. A region with more orange and red events has their number in `pressure.alerts`. */
const MAX_URGENT_EVIDENCE = 500;
/** Twice the interval of the runs, and the age at which the health check calls a snapshot stale. */
const VALID_MS = 12 * 60 * 60_000;

/**
 * Builds a region's snapshot: a pure function of the events, the memory and the clock. The clock shows in
 * `generated_at` and in `meta`, and bounds `regime.transitioned_at`.
 *
 * An input that was not fully heard counts as what it said last, for 24 hours. Longer than that it is unknown: the
 * score is then a lower bound, from which `normal` does not follow.
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
