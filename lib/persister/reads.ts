import { z } from 'zod';
import { type Clock, systemClock, withLimit } from '../limits/deadline.js';
import { jsonFault, parseJson } from '../limits/json.js';
import { type RetryOptions, type RetryPolicy, retry, type Verdict } from '../limits/retry.js';
import { type Fields, SnapshotIdSchema } from './record.js';
import { StoreError } from './upstash/error.js';
import type { Reads } from './upstash/read.js';

/**
 * The part that every stored document has. All other fields belong to its producer, even a `schema_version` that looks
 * like ours.
 */
export const StoredDocumentSchema = z.looseObject({
  region_id: z.string(),
  /** Epoch ms. */
  generated_at: z.int(),
  meta: z.looseObject({ snapshot_id: SnapshotIdSchema }),
});

/** A document with its envelope. All other fields are up to its producer. */
export interface StoredDocument extends Fields {
  readonly region_id: string;
  /** Epoch ms. */
  readonly generated_at: number;
  readonly meta: { readonly snapshot_id: string; readonly [field: string]: unknown };
}

/** What was found of one snapshot. */
export type StoredSnapshot =
  | {
      readonly status: 'found';
      /** As it was stored: every field, in its order. */
      readonly snapshot: StoredDocument;
      /** The text that is stored. */
      readonly payload: string;
    }
  | { readonly status: 'absent' }
  | UnreadableSnapshot;

export interface UnreadableSnapshot {
  readonly status: 'unreadable';
  readonly id: string;
  /** What is wrong with it, without any of its content. */
  readonly message: string;
}

/**
 * Checks what is stored as a snapshot.
 *
 * @param expected.id the id that it is stored under
 * @param expected.entity the entity whose latest it is; left out, it may be of any entity
 */
export function readStored(
  payload: string,
  expected: { readonly id: string; readonly entity?: string },
): StoredSnapshot {
  const { id, entity } = expected;
  const unreadable = (message: string): StoredSnapshot => ({ status: 'unreadable', id, message });
  const value = parseJson(payload);
  if (value === undefined) return unreadable('is not valid JSON');
  // Checked first: serialising a value that is nested too deep would end in a RangeError.
  const fault = jsonFault(value);
  if (fault !== null) return unreadable(fault);
  if (!isDocument(value)) return unreadable('is not a snapshot');
  if (value.meta.snapshot_id !== id) return unreadable('has a different id from the one it is stored under');
  if (entity !== undefined && value.region_id !== entity) {
    return unreadable(`belongs to an entity other than ${entity}, whose latest it is`);
  }
  return { status: 'found', snapshot: value, payload };
}

/**
 * Checks the snapshot that the latest of an entity points to.
 *
 * @param found what the store answered: see `Reads.latest`
 */
export function readLatest(
  found: { readonly id: string; readonly payload?: string } | null,
  entity: string,
): StoredSnapshot {
  if (found === null) return { status: 'absent' };
  const { id, payload } = found;
  if (payload !== undefined) return readStored(payload, { id, entity });
  return { status: 'unreadable', id, message: `is not there, though the latest of ${entity} names it` };
}

/** A guard instead of the output of the schema, which would put the fields that it knows first. */
function isDocument(value: unknown): value is StoredDocument {
  return StoredDocumentSchema.safeParse(value).success;
}

/** How long a read may take in all, its retries included, in ms. */
export const READ_LIMIT_MS = 3_000;
/** Half of what a read may take, so that a request that hangs is sent once more. In ms. */
export const READ_TIMEOUT_MS = 1_400;
/** Waits of up to 100 and 200 ms. */
const READ_RETRY: RetryPolicy = { attempts: 3, baseMs: 100, capMs: 500 };

/**
 * Makes one request to the store, with retries and backoff while that may help and the limit allows it.
 *
 * @param ask one request; must be safe to repeat
 * @returns what `ask` returns, or the StoreError of the last attempt
 */
export async function askStore<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T | StoreError> {
  try {
    return await retry(ask, { ...options, judge });
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

export interface ReadingDeps {
  /** How long one read may take in all, its retries included, in ms. Default 3,000. */
  readonly limitMs?: number | undefined;
  /** Default {@link systemClock}. */
  readonly clock?: Clock | undefined;
  /** Evenly distributed in [0, 1): the jitter of the backoff. Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** Makes the function that reads go through: one limit for all attempts of a read. */
export function createReading(deps: ReadingDeps = {}) {
  const { limitMs = READ_LIMIT_MS, clock = systemClock, random = Math.random } = deps;
  return <T>(read: (signal: AbortSignal) => Promise<T>): Promise<T | StoreError> =>
    withLimit(limitMs, (limit) => askStore(read, { policy: READ_RETRY, limit, random }), clock);
}

/** A bug is not retried. */
function judge(error: unknown): Verdict {
  if (error instanceof StoreError) return error;
  throw error;
}

export interface EntityHealth {
  /** `ok`: every entity has a snapshot that is young enough. `unreachable`: the request to the store failed. */
  readonly status: 'ok' | 'stale' | 'unreachable';
  readonly entities: readonly {
    readonly entity: string;
    /** Age of the newest snapshot in ms, never negative; null when there is none or it is not known. */
    readonly ageMs: number | null;
  }[];
  /** Why the request to the store failed. */
  readonly message?: string;
}

export interface HealthQuestion {
  /** The age in ms from which a snapshot is stale. */
  readonly maxAgeMs: number;
  /** Default: all that are stored. */
  readonly entities?: readonly string[];
}

type Reading = <T>(read: (signal: AbortSignal) => Promise<T>) => Promise<T | StoreError>;

const HeadTimeSchema = z.object({ generated_at: z.int() });

/** Finds out how old the newest snapshot of each entity is. Snapshots dated ahead count from now. */
export async function assessHealth(
  store: Pick<Reads, 'heads' | 'entities'>,
  reading: Reading,
  { maxAgeMs, entities }: HealthQuestion,
): Promise<EntityHealth> {
  const asked = entities ?? (await reading((signal) => store.entities(signal)));
  if (asked instanceof StoreError) return { status: 'unreachable', entities: [], message: asked.message };
  if (asked.length === 0) return { status: 'stale', entities: [], message: 'nothing is stored' };
  const heads = await reading((signal) => store.heads(asked, signal));
  const ages = asked.map((entity) => ({
    entity,
    ageMs: heads instanceof StoreError ? null : ageOf(heads.get(entity)),
  }));
  if (heads instanceof StoreError) return { status: 'unreachable', entities: ages, message: heads.message };
  const isFresh = ages.every(({ ageMs }) => ageMs !== null && ageMs < maxAgeMs);
  return { status: isFresh ? 'ok' : 'stale', entities: ages };
}

function ageOf(head: string | undefined): number | null {
  const { data } = HeadTimeSchema.safeParse(head === undefined ? undefined : parseJson(head));
  return data === undefined ? null : Math.max(0, Date.now() - data.generated_at);
}
