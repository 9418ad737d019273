import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, inspectJson, nestedBytes } from '../limits/json.js';
import type { Refusal } from './outcome.js';

export const DAY_MS = 86_400_000;

/** How long snapshots are kept, and how far back index and trend reach, in ms: what is dated earlier is refused. */
export const RETENTION_MS = 90 * DAY_MS;

/** How far ahead of now a snapshot may be dated, in ms: the difference of two clocks. */
const AHEAD_MS = 5 * 60_000;

/** Room for the script, the keys and the small arguments of one publish. */
const COMMIT_OVERHEAD_BYTES = 8_000;

/** Upstash refuses requests above 10 MB; a commit larger than this is refused here. */
export const MAX_REQUEST_BYTES = 8_000_000;
/** A function may answer at most 4.5 MB: what is stored must fit into an answer. */
export const MAX_PAYLOAD_BYTES = 4_000_000;

/** A name that can stand between the colons of a key. */
export const EntityIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const SnapshotIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

/**
 * What is wrong with the time of a snapshot. Checked by hand: its limits move with the clock, and a schema with new
 * limits takes longer to make than all other checks of a run.
 *
 * @param at epoch ms
 * @param now epoch ms
 * @returns null when there is nothing wrong
 */
export function timeFault(at: unknown, now: number): string | null {
  if (typeof at !== 'number' || !Number.isSafeInteger(at)) return 'must be epoch milliseconds';
  if (at < now - RETENTION_MS) return 'must not be more than 90 days ago';
  if (at > now + AHEAD_MS) return 'must not be more than 5 minutes ahead';
  return null;
}

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An entry whose stored document is ready. */
export interface Draft {
  readonly entity: string;
  /** Epoch ms. */
  readonly at: number;
  /** undefined: made from time and content, and put into the document's `meta.snapshot_id`. */
  readonly id: string | undefined;
  /** What is stored, `region_id`, `generated_at` and `meta` included. */
  readonly document: Fields;
  /**
   * Returns the content of the document, as it is read back, for the comparison. Must not change the document.
   * Default: all but `generated_at` and `meta`.
   */
  readonly contentOf?: (document: Fields) => unknown;
  /** Added to the head beside id, time and hash. */
  readonly head?: Fields;
  /** Added to the trend point beside the id. */
  readonly point?: Fields;
  /** The regime that it is in, for the history of its changes. Default: none. */
  readonly regime?: Regime | undefined;
  /** What the next run is to remember of this one. Default: the memory is left as it is. */
  readonly memory?: Fields | undefined;
}

/** A state that an entity is in, by its label. */
export interface Regime {
  readonly label: string;
  /** Epoch ms at which it began; null when that is not known. */
  readonly transitioned_at: number | null;
  /** What caused it; null when that is not known. */
  readonly transition_driver: string | null;
}

/** A snapshot ready for the store: everything that will be written, as it will be written. */
export interface SnapshotRecord {
  readonly entity: string;
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** Of the content: see {@link contentHash}. */
  readonly hash: string;
  /** The document, JSON. */
  readonly payload: string;
  /** JSON: id, generated_at, hash, and what the draft adds. */
  readonly head: string;
  /** JSON: id, and what the draft adds. */
  readonly point: string;
  /** JSON; null: what is remembered stays as it is. */
  readonly memory: string | null;
  /** The label of its regime, and what stands before and after the earlier label in an entry of the history, JSON. */
  readonly transition: { readonly label: string; readonly before: string; readonly after: string } | null;
  /** Upper bound of what its commit adds to a request body, in bytes. */
  readonly requestBytes: number;
}

export type Preparation<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false; readonly entity: string } & Refusal);

/**
 * Names, hashes and serialises a draft, once.
 *
 * @param maxBytes the most bytes its commit may take in a request
 * @returns the record, or why it cannot be stored: `invalid-snapshot` or `snapshot-too-large`
 */
export function createRecord(draft: Draft, maxBytes = MAX_REQUEST_BYTES): Preparation<SnapshotRecord> {
  const { entity, at, document, contentOf = withoutEnvelope } = draft;
  const { fault, isPlain } = inspectJson(document);
  if (fault !== null) return invalid(entity, `the snapshot ${fault}`);
  // Hashed as a reader will find it, where a Date is a string; the object itself has no fields to hash. A document
  // without such values reads back as it is, so writing and reading it can be skipped.
  const text = isPlain ? undefined : stringify(document);
  if (!isPlain && text === undefined) return invalid(entity, 'the snapshot is not valid JSON');
  const hash = contentHash(contentOf(text === undefined ? document : JSON.parse(text)));
  const id = draft.id ?? snapshotId(at, hash);
  const payload = draft.id === undefined ? stringify(withId(document, id)) : (text ?? stringify(document));
  if (payload === undefined) return invalid(entity, 'the snapshot is not valid JSON');
  const head = JSON.stringify({ id, generated_at: at, hash, ...draft.head });
  const point = JSON.stringify({ id, ...draft.point });
  const memory = draft.memory === undefined ? null : JSON.stringify(draft.memory);
  const transition = draft.regime === undefined ? null : transitionOf(entity, id, draft.regime);
  // The texts of a foreign regime may have any length, and head and trend point repeat them.
  const texts = [head, point, memory ?? '', ...Object.values(transition ?? {})];
  const payloadBytes = Buffer.byteLength(payload);
  const requestBytes =
    nestedBytes(payload, payloadBytes) +
    texts.reduce((sum, text) => sum + jsonStringBytes(text), COMMIT_OVERHEAD_BYTES);
  if (payloadBytes > MAX_PAYLOAD_BYTES) {
    const message = `the snapshot takes ${payloadBytes} of at most ${MAX_PAYLOAD_BYTES} bytes`;
    return { ok: false, entity, code: 'snapshot-too-large', message };
  }
  if (requestBytes > maxBytes) {
    const message = `the snapshot takes ${requestBytes} of at most ${maxBytes} bytes`;
    return { ok: false, entity, code: 'snapshot-too-large', message };
  }
  return {
    ok: true,
    value: { entity, id, at, hash, payload, head, point, memory, transition, requestBytes },
  };
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of a content: equal contents have equal hashes, whatever order their fields
 * were written in.
 *
 * @param content a value as `JSON.parse` gives it
 * @returns 64 lower-case hex digits
 * @throws RangeError when it is nested deeper than the call stack
 */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** The content of a document: everything but its envelope's time and meta. */
export function withoutEnvelope(document: Fields): Fields {
  const { generated_at: _generatedAt, meta: _meta, ...content } = document;
  return content;
}

/**
 * Names a snapshot: `<at in base 36>-<first 12 hex of the hash>`. Sorts by time, names its content.
 *
 * @param at epoch ms
 * @param hash from {@link contentHash}
 * @returns the id; it fits `^[A-Za-z0-9._-]{1,128}$`, which every snapshot id must
 */
export function snapshotId(at: number, hash: string): string {
  return `${at.toString(36)}-${hash.slice(0, 12)}`;
}

/** An entry of the history, split where the script inserts the earlier label. */
function transitionOf(entity: string, id: string, regime: Regime): SnapshotRecord['transition'] {
  const { label, transitioned_at, transition_driver } = regime;
  const before = `${JSON.stringify({ region_id: entity, label }).slice(0, -1)},"previous_label":`;
  const after = `,${JSON.stringify({ transitioned_at, transition_driver, snapshot_id: id }).slice(1)}`;
  return { label, before, after };
}

function withId(document: Fields, id: string): Fields {
  const meta = typeof document.meta === 'object' ? document.meta : {};
  return { ...document, meta: { ...meta, snapshot_id: id } };
}

/** What a text takes as a string inside JSON. */
const jsonStringBytes = (text: string) => Buffer.byteLength(JSON.stringify(text));

/** undefined for what JSON cannot hold, such as a bigint. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export function invalid(entity: string, message: string) {
  return { ok: false, entity, code: 'invalid-snapshot', message } as const;
}
