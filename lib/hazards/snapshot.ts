import { z } from 'zod';
import { SnapshotIdSchema } from '../persister/record.js';

export const SNAPSHOT_SCHEMA_VERSION = '1.0.0';

export const RegimeLabelSchema = z.enum(['normal', 'watch', 'alert', 'emergency', 'unknown']);
export type RegimeLabel = z.infer<typeof RegimeLabelSchema>;

export const RegimeSchema = z.object({
  label: RegimeLabelSchema,
  /** The label before the last transition; carried forward while the label holds. */
  previous_label: RegimeLabelSchema.nullable(),
  /**
   * Epoch ms of the last transition, null before the first: the later of the snapshot before it and the beginning of
   * the event that drove it.
   */
  transitioned_at: z.int().nullable(),
  /** What moved the regime: the id of the event that set the pressure, or a word for its absence. */
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
});
export type Evidence = z.infer<typeof EvidenceSchema>;

export const PressureSchema = z.object({
  /** Highest severity in the window, 0 to 1; null when no input answered. */
  score: z.number().min(0).max(1).nullable(),
  score_without_drought: z.number().min(0).max(1).nullable(),
  alerts: z.object({ orange: z.int().min(0), red: z.int().min(0) }),
  /** Highest severity per hazard type that has an event in the window. */
  by_hazard: z.partialRecord(HazardTypeSchema, z.number().min(0).max(1)),
});
export type Pressure = z.infer<typeof PressureSchema>;

export const SnapshotMetaSchema = z.object({
  snapshot_id: SnapshotIdSchema,
  schema_version: z.string(),
  trigger_reason: z.enum(['scheduled', 'manual', 'regime_shift', 'pushed']),
  /** Share of the inputs that answered, 0 to 1. */
  snapshot_confidence: z.number().min(0).max(1),
  missing_inputs: z.array(z.string()),
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
});
export type AssessedSnapshot = z.infer<typeof AssessedSnapshotSchema>;
