import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';

export const SNAPSHOT_SCHEMA_VERSION = '1.0.0';

export const SnapshotIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

const DAY_MS = 86_400_000;
/** How far back index and trend reach, in ms: what is dated earlier is not taken, and pruned once it is that old. */
export const HISTORY_MS = 90 * DAY_MS;
/** How far ahead of now a snapshot may be dated, in ms. */
const AHEAD_MS = DAY_MS;

/** @param now epoch ms */
export function generatedAtSchema(now: number): z.ZodType<number> {
  return z
    .int({ error: 'must be epoch milliseconds' })
    .min(now - HISTORY_MS, { error: 'must not be more than 90 days ago' })
    .max(now + AHEAD_MS, { error: 'must not be more than one day ahead' });
}

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

/**
 * The part of a snapshot that the persister relies on. All other fields belong to whoever made the snapshot and
 * are stored untouched.
 */
export interface Snapshot {
  readonly region_id: string;
  /** Epoch ms. */
  readonly generated_at: number;
  readonly meta: { readonly snapshot_id: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A regime as a head carries it: pushed snapshots bring labels of their own, so a label is any string here. */
export const HeadRegimeSchema = z.object({
  label: z.string(),
  previous_label: z.string().nullable().catch(null),
  transitioned_at: z.int().nullable().catch(null),
  transition_driver: z.string().nullable().catch(null),
});
export type HeadRegime = z.infer<typeof HeadRegimeSchema>;

/** Small summary of a region's newest snapshot, stored beside it. */
export const SnapshotHeadSchema = z.object({
  id: SnapshotIdSchema,
  generated_at: z.int(),
  hash: z.string(),
  /** null when a pushed snapshot has no regime with a label. */
  regime: HeadRegimeSchema.nullable(),
  pressure_score: z.number().nullable(),
});
export type SnapshotHead = z.infer<typeof SnapshotHeadSchema>;

/** One point of a region's trend: what a chart needs of a snapshot. */
export const TrendPointSchema = z.object({
  id: SnapshotIdSchema,
  regime_label: z.string().nullable(),
  pressure_score: z.number().nullable(),
});
export type TrendPoint = z.infer<typeof TrendPointSchema>;

/**
 * SHA-256 of the canonical JSON (RFC 8785) of a snapshot without `generated_at` and `meta`: two runs that saw the same
 * world have the same hash, whenever and by whomever they were made.
 *
 * @param snapshot values as `JSON.parse` gives them; the order of fields does not matter
 * @returns 64 lower-case hex digits
 * @throws RangeError when it is nested deeper than the call stack
 */
export function contentHash(snapshot: Readonly<Record<string, unknown>>): string {
  const { generated_at: _generatedAt, meta: _meta, ...content } = snapshot;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/**
 * Names a snapshot: `<generated_at in base 36>-<first 12 hex of the hash>`. Sorts by time, names its content.
 *
 * @param generatedAt epoch ms
 * @param hash from {@link contentHash}
 * @returns the id; it fits `^[A-Za-z0-9._-]{1,128}$`, what every snapshot id must
 */
export function snapshotId(generatedAt: number, hash: string): string {
  return `${generatedAt.toString(36)}-${hash.slice(0, 12)}`;
}
