import { snapshotId } from '../persister/record.js';
import { type SnapshotHead, snapshotHash } from '../runs/snapshot.js';
import { compareEvents, type HazardEvent } from './event.js';
import { measurePressure, nextRegime, regimeOfHead } from './regime.js';
import { type AssessedSnapshot, type Evidence, SNAPSHOT_SCHEMA_VERSION } from './snapshot.js';

export interface AssessmentRequest {
  readonly regionId: string;
  /** The region's events in the window, each hazard once. */
  readonly events: readonly HazardEvent[];
  /** Names of the inputs by whether they answered. */
  readonly inputs: { readonly answered: readonly string[]; readonly missing: readonly string[] };
  /** Head of the region's last snapshot, null when there is none. */
  readonly previousHead: SnapshotHead | null;
  /** Epoch ms. */
  readonly now: number;
  readonly trigger: 'scheduled' | 'manual';
}

const MAX_EVIDENCE = 50;
/** Twice the interval of the runs, and the age at which the health check calls a snapshot stale. */
const VALID_MS = 12 * 60 * 60_000;

/**
 * Builds a region's snapshot: a pure function of the events, the previous head and the clock. The clock shows in
 * `generated_at` and in `meta`, nowhere else. A transition is dated by the later of the previous snapshot and the
 * beginning of the event that drove it.
 *
 * With an input missing, `pressure` and `evidence` tell what the others said, while `regime` holds: it may then be
 * higher than the score alone would give, and `missing_inputs` says why.
 */
export function assess(request: AssessmentRequest): AssessedSnapshot {
  const { regionId, inputs, previousHead, now, trigger } = request;
  const events = request.events.toSorted(compareEvents);
  const previous = regimeOfHead(previousHead);
  const pressure = measurePressure(events, inputs.answered.length > 0);
  const driver = events.find(({ severity }) => severity > 0);
  const since = Math.max(previousHead?.generated_at ?? 0, driver?.startedAt ?? 0);
  const inputMissing = inputs.missing.length > 0;
  const regime = nextRegime({
    score: pressure.score,
    driver: driver?.id ?? null,
    inputMissing,
    previous,
    since,
  });
  const content = {
    region_id: regionId,
    regime,
    pressure,
    evidence: events.slice(0, MAX_EVIDENCE).map(evidenceOf),
  };
  const shifted = previous !== null && regime.label !== previous.label;
  return {
    region_id: regionId,
    generated_at: now,
    meta: {
      snapshot_id: snapshotId(now, snapshotHash(content)),
      schema_version: SNAPSHOT_SCHEMA_VERSION,
      trigger_reason: shifted ? 'regime_shift' : trigger,
      snapshot_confidence: confidence(inputs),
      missing_inputs: inputs.missing.toSorted(),
      valid_until: now + VALID_MS,
    },
    regime,
    pressure,
    evidence: content.evidence,
  };
}

/** Share of the inputs that answered; 0 when there are none to ask. */
function confidence({ answered, missing }: AssessmentRequest['inputs']): number {
  const total = answered.length + missing.length;
  return total === 0 ? 0 : answered.length / total;
}

function evidenceOf(event: HazardEvent): Evidence {
  return {
    id: event.id,
    type: event.type,
    source: event.source,
    summary: event.summary,
    severity: event.severity,
    observed_at: event.observedAt,
    longitude: event.longitude,
    latitude: event.latitude,
    countries: [...event.countries],
    url: event.url,
  };
}
