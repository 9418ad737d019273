import { z } from 'zod';
import { jsonFault, parseJson } from '../limits/json.js';
import {
  COMMIT_OVERHEAD_BYTES,
  contentHash,
  EntityIdSchema,
  generatedAtSchema,
  type PreparedSnapshot,
  SnapshotIdSchema,
} from '../persister/record.js';

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

export type Preparation =
  | { readonly ok: true; readonly prepared: PreparedSnapshot }
  | { readonly ok: false; readonly code: string; readonly message: string };

const ContentSchema = z.object({
  regime: HeadRegimeSchema.nullable().catch(null),
  pressure: z.object({ score: z.number().nullable().catch(null) }).catch({ score: null }),
});

/**
 * Checks a snapshot and serialises what will be written of it.
 *
 * @param options.now epoch ms
 * @param options.maxBytes the most bytes its commit may take in a request
 * @returns the prepared snapshot, or why it cannot be stored: `invalid-snapshot` or `snapshot-too-large`
 */
export function prepareSnapshot(
  snapshot: Snapshot,
  { now, maxBytes }: { now: number; maxBytes: number },
): Preparation {
  const fault = jsonFault(snapshot);
  if (fault !== null) return refusal('invalid-snapshot', `the snapshot ${fault}`);
  const envelope = envelopeSchema(now).safeParse(snapshot);
  if (!envelope.success) {
    const faults = envelope.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'snapshot'}: ${message}`,
    );
    return refusal('invalid-snapshot', faults.join('; '));
  }
  const prepared = serialise(snapshot);
  if (prepared === null) return refusal('invalid-snapshot', 'the snapshot is no JSON');
  if (prepared.requestBytes <= maxBytes) return { ok: true, prepared };
  return refusal(
    'snapshot-too-large',
    `the snapshot takes ${prepared.requestBytes} of at most ${maxBytes} bytes`,
  );
}

/** A run judges all its snapshots by one moment, and to make a schema takes longer than to use it. */
const envelopeSchema = keepLast((now: number) =>
  z.object({
    region_id: EntityIdSchema,
    generated_at: generatedAtSchema(now),
    meta: z.object({ snapshot_id: SnapshotIdSchema }),
  }),
);

/** null for what JSON cannot hold, such as a bigint. */
function serialise(snapshot: Snapshot): PreparedSnapshot | null {
  const { region_id: regionId, generated_at: generatedAt, meta } = snapshot;
  const id = meta.snapshot_id;
  const { regime, pressure } = ContentSchema.parse({
    regime: snapshot.regime ?? null,
    pressure: snapshot.pressure,
  });
  const payload = stringify(snapshot);
  if (payload === undefined) return null;
  // Hashed as a reader will find it: there a Date is a string, where the object itself has no fields to tell it by.
  const hash = contentHash(JSON.parse(payload));
  const head = JSON.stringify(headOf({ id, generatedAt, hash, regime, score: pressure.score }));
  const trendPoint = JSON.stringify({
    id,
    regime_label: regime?.label ?? null,
    pressure_score: pressure.score,
  } satisfies TrendPoint);
  // The texts of a foreign regime are as long as their maker likes, and head and trend point repeat them.
  const requestBytes =
    jsonStringBytes(payload) + jsonStringBytes(head) + jsonStringBytes(trendPoint) + COMMIT_OVERHEAD_BYTES;
  return { regionId, id, generatedAt, hash, payload, head, trendPoint, requestBytes };
}

/** What a text takes as a string inside JSON. */
const jsonStringBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));

function headOf(of: {
  id: string;
  generatedAt: number;
  hash: string;
  regime: HeadRegime | null;
  score: number | null;
}): SnapshotHead {
  const { id, generatedAt, hash, regime, score } = of;
  return { id, generated_at: generatedAt, hash, regime, pressure_score: score };
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function refusal(code: string, message: string): Preparation {
  return { ok: false, code, message };
}

/** Remembers what was made last, for a caller that asks for the same many times in a row. */
function keepLast<A, R>(make: (of: A) => R): (of: A) => R {
  let last: { readonly of: A; readonly made: R } | undefined;
  return (of) => {
    if (last === undefined || !Object.is(last.of, of)) last = { of, made: make(of) };
    return last.made;
  };
}

/**
 * What every stored snapshot is. Only the envelope: all other fields belong to whoever made the snapshot, and a
 * `schema_version` that reads like ours may be theirs.
 */
export const StoredSnapshotSchema = z.looseObject({
  region_id: z.string(),
  /** Epoch ms. */
  generated_at: z.int(),
  meta: z.looseObject({ snapshot_id: SnapshotIdSchema }),
});

/** What the store has to say about one snapshot. */
export type StoredSnapshot =
  | {
      readonly status: 'found';
      /** As it was stored: every field, in its order. */
      readonly snapshot: Snapshot;
      /** The text that is stored. */
      readonly payload: string;
    }
  | { readonly status: 'absent' }
  | UnreadableSnapshot;

export interface UnreadableSnapshot {
  readonly status: 'unreadable';
  readonly id: string;
  /** What is wrong with it, without a word of its content. */
  readonly message: string;
}

/**
 * Checks what is stored as a snapshot.
 *
 * @param expected.id the id that it is stored under
 * @param expected.regionId the region whose latest it is; left out, it may be of any region
 */
export function readStoredSnapshot(
  payload: string,
  expected: { readonly id: string; readonly regionId?: string },
): StoredSnapshot {
  const { id, regionId } = expected;
  const unreadable = (message: string): StoredSnapshot => ({ status: 'unreadable', id, message });
  const value = parseJson(payload);
  if (value === undefined) return unreadable('is no JSON');
  // Asked first: to serialise what is nested too deep would end in a RangeError.
  const fault = jsonFault(value);
  if (fault !== null) return unreadable(fault);
  if (!isSnapshot(value)) return unreadable('is no snapshot');
  if (value.meta.snapshot_id !== id) return unreadable('has another id than it is stored under');
  if (regionId !== undefined && value.region_id !== regionId) {
    return unreadable(`belongs to another region than ${regionId}, whose latest it is`);
  }
  return { status: 'found', snapshot: value, payload };
}

/** A guard instead of the schema's own output, which would put the fields it knows first. */
function isSnapshot(value: unknown): value is Snapshot {
  return StoredSnapshotSchema.safeParse(value).success;
}
