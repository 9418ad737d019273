import { z } from 'zod';
import { jsonFault } from './json-fault.js';
import {
  contentHash,
  generatedAtSchema,
  type HeadRegime,
  HeadRegimeSchema,
  type Snapshot,
  type SnapshotHead,
  SnapshotIdSchema,
  type TrendPoint,
} from './snapshot.js';

/** A snapshot made ready for the store: everything that is written, as it will be written. */
export interface PreparedSnapshot {
  readonly regionId: string;
  readonly id: string;
  /** Epoch ms. */
  readonly generatedAt: number;
  readonly hash: string;
  /** The snapshot, JSON. */
  readonly payload: string;
  /** JSON of a SnapshotHead. */
  readonly head: string;
  /** JSON of a TrendPoint. */
  readonly trendPoint: string;
  /** Upper bound of what its commit adds to a request body, in bytes. */
  readonly requestBytes: number;
}

export type Preparation =
  | { readonly ok: true; readonly prepared: PreparedSnapshot }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A name that can stand between the colons of a key. */
export const EntityIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

/** Room for the script, the keys and the small arguments of one publish. */
const COMMIT_OVERHEAD_BYTES = 4_000;

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
