import { z } from 'zod';
import { SnapshotIdSchema } from '../persister/record.js';
import type { Summarise } from '../runs/run.js';
import { slotOf } from '../runs/slots.js';
import { REGION_IDS, RegionIdSchema } from './regions/regions.js';

export const SNAPSHOT_SCHEMA_VERSION = '1.0.0';

export const RegimeLabelSchema = z.enum(['normal', 'watch', 'alert', 'emergency', 'unknown']);
export type RegimeLabel = z.infer<typeof RegimeLabelSchema>;

export const RegimeSchema = z.object({
  label: RegimeLabelSchema,
  /** The label before the last transition; carried forward while the label holds. */
  previous_label: RegimeLabelSchema.nullable(),
  /**
   * Epoch ms of the last transition, null before the first. A rise: the later of the run before it and the beginning of
   * the event that drove it. A fall: the run before it. Never later than the run that noticed it.
   */
  transitioned_at: z.int().nullable(),
  /**
   * What moved the regime: the id of the event that raised it or whose end lowered it. `no-hazard`: all inputs
   * answered, and there is nothing. `not-heard`: too much is unknown to say.
   */
  transition_driver: z.string().nullable(),
});
export type Regime = z.infer<typeof RegimeSchema>;

export const HazardTypeSchema = z.enum(['earthquake', 'cyclone', 'flood', 'drought', 'volcano', 'wildfire']);
export type HazardType = z.infer<typeof HazardTypeSchema>;

export const EvidenceSchema = z.object({
  id: z.string(),
  type: HazardTypeSchema,
  /** Which feed the event came from: 'gdacs' or 'usgs'. */
  source: z.string(),
  summary: z.string(),
  severity: z.number().min(0).max(1),
  observed_at: z.int(),
  longitude: z.number().min(-180).max(180),
  latitude: z.number().min(-90).max(90),
  /** ISO 3166-1 alpha-2 codes. */
  countries: z.array(z.string()),
  /** http or https only; null when the feed gave none. */
  url: z.string().nullable(),
  /** Epoch ms at which its input last reported it. Only on what was carried over from an earlier snapshot. */
  held_since: z.int().optional(),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

export const PressureSchema = z.object({
  /**
   * Highest severity in the window, 0 to 1, as reported or as held; null when it would be 0 and something is unknown.
   */
  score: z.number().min(0).max(1).nullable(),
  score_without_drought: z.number().min(0).max(1).nullable(),
  alerts: z.object({ orange: z.int().min(0), red: z.int().min(0) }),
  /** Highest severity per hazard type that has an event in the window. */
  by_hazard: z.partialRecord(HazardTypeSchema, z.number().min(0).max(1)),
  /** How many events there are, even where `evidence` does not list them all. */
  events: z.object({
    total: z.int().min(0),
    by_hazard: z.partialRecord(HazardTypeSchema, z.int().min(0)),
  }),
});
export type Pressure = z.infer<typeof PressureSchema>;

export const SnapshotMetaSchema = z.object({
  snapshot_id: SnapshotIdSchema,
  schema_version: z.string(),
  trigger_reason: z.enum(['scheduled', 'manual', 'regime_shift', 'pushed']),
  /** Share of the inputs that answered completely, 0 to 1. */
  snapshot_confidence: z.number().min(0).max(1),
  /** Inputs that failed. */
  missing_inputs: z.array(z.string()),
  /** Inputs whose answer is partly missing or could not be read in full. */
  incomplete_inputs: z.array(z.string()),
  /** Inputs of both kinds whose last answer still counts; since when, epoch ms. The others are unknown. */
  held_inputs: z.array(z.object({ input: z.string(), since: z.int() })),
  /** Epoch ms. */
  valid_until: z.int(),
});
export type SnapshotMeta = z.infer<typeof SnapshotMetaSchema>;

/** A snapshot as this project assesses it. Persisted as it stands: snake_case, because readers exist. */
export const AssessedSnapshotSchema = z.object({
  region_id: z.string(),
  generated_at: z.int(),
  meta: SnapshotMetaSchema,
  regime: RegimeSchema,
  pressure: PressureSchema,
  evidence: z.array(EvidenceSchema),
  /** Always there and empty: readers of this layout expect it. */
  triggers: z.object({
    active: z.array(z.string()).max(0),
    watching: z.array(z.string()).max(0),
    dormant: z.array(z.string()).max(0),
  }),
});
export type AssessedSnapshot = z.infer<typeof AssessedSnapshotSchema>;

const MAX_TRIGGERS = 20;
const TriggerIdSchema = z.string().max(64);
const ActiveTriggerSchema = z.union([
  TriggerIdSchema,
  z.object({ id: TriggerIdSchema }).transform(({ id }) => id),
]);

const SummarisedSchema = z.object({
  region_id: RegionIdSchema,
  generated_at: z.int(),
  regime: z.object({ label: z.string() }).catch({ label: 'unknown' }),
  meta: z.object({
    snapshot_confidence: z.number().nullable().catch(null),
    trigger_reason: z.string().nullable().catch(null),
  }),
  /** Ours has none. Those of a foreign snapshot are named, as far as they can be read: a summary stays small. */
  triggers: z.object({ active: z.array(ActiveTriggerSchema).max(MAX_TRIGGERS) }).catch({ active: [] }),
});
/** Older snapshots are a backfill: they do not show that the cron is alive. */
const FRESH_MS = 60 * 60_000;

type Summarised = z.infer<typeof SummarisedSchema>;

/**
 * The summary of a run or a push over all regions, for readers that watch the whole. There is none for fewer
 * regions, when something failed, when there were only duplicates, and for a backfill: the earlier summary stays
 * correct. A tick that stored what the one before it had left is one over all regions: the others are current.
 */
export const summarise: Summarise = (counts, snapshots, now) => {
  if (counts.failed > 0 || counts.persisted === 0) return null;
  const newest = newestByRegion(
    snapshots.flatMap((snapshot) => SummarisedSchema.safeParse(snapshot).data ?? []),
  );
  const regions = REGION_IDS.flatMap((region) => {
    const snapshot = newest.get(region);
    return snapshot === undefined ? [] : [entryOf(snapshot)];
  });
  const isComplete = regions.length === REGION_IDS.length;
  // What is current was stored in the slot of the run, which may have begun more than an hour ago.
  const oldest = counts.current > 0 ? Date.parse(slotOf(now)) : now - FRESH_MS;
  if (!isComplete || [...newest.values()].some(({ generated_at }) => generated_at < oldest)) return null;
  return {
    summary: JSON.stringify({ regions, generatedAt: now }),
    seedMeta: JSON.stringify({ fetchedAt: now, recordCount: regions.length }),
    at: now,
  };
};

function newestByRegion(snapshots: readonly Summarised[]): Map<string, Summarised> {
  const newest = new Map<string, Summarised>();
  for (const snapshot of snapshots) {
    const known = newest.get(snapshot.region_id);
    if (known === undefined || known.generated_at <= snapshot.generated_at) {
      newest.set(snapshot.region_id, snapshot);
    }
  }
  return newest;
}

/** In the layout that readers of the key know. */
function entryOf({ region_id: region, regime, meta, triggers }: Summarised) {
  return {
    region,
    regime: regime.label,
    confidence: meta.snapshot_confidence,
    trigger_reason: meta.trigger_reason,
    active_triggers: triggers.active,
  };
}
