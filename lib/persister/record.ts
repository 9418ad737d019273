import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, jsonFault } from '../limits/json.js';
import type { Refusal } from './outcome.js';

export const DAY_MS = 86_400_000;

/** How long snapshots are kept, and how far back index and trend reach, in ms: what is dated earlier is refused. */
export const RETENTION_MS = 90 * DAY_MS;

/** How far ahead of now a snapshot may be dated, in ms. */
const AHEAD_MS = DAY_MS;

/** Room for the script, the keys and the small arguments of one publish. */
const COMMIT_OVERHEAD_BYTES = 4_000;

/** Upstash refuses requests above 10 MB; what takes more than this to commit is refused here. */
export const MAX_REQUEST_BYTES = 8_000_000;

/** A name that can stand between the colons of a key. */
export const EntityIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const SnapshotIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);

/** @param now epoch ms */
export function generatedAtSchema(now: number): z.ZodType<number> {
  return z
    .int({ error: 'must be epoch milliseconds' })
    .min(now - RETENTION_MS, { error: 'must not be more than 90 days ago' })
    .max(now + AHEAD_MS, { error: 'must not be more than one day ahead' });
}

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** An entry whose stored document is ready. */
export interface Draft {
  readonly entity: string;
  /** Epoch ms. */
  readonly at: number;
  /** undefined: made from time and content, and put into the document's `meta.snapshot_id`. */
  readonly id: string | undefined;
  /** What is stored, `region_id`, `generated_at` and `meta` included. */
  readonly document: Fields;
  /** What of the document, as it is read back, is content: what is compared. Default: all but `generated_at` and `meta`. */
  readonly contentOf?: (document: Fields) => unknown;
  /** Added to the head beside id, time and hash. */
  readonly head?: Fields;
  /** Added to the trend point beside the id. */
  readonly point?: Fields;
  /** What the next run is to remember of this one. Default: what is remembered stays as it is. */
  readonly memory?: Fields | undefined;
}

/** A snapshot made ready for the store: everything that is written, as it will be written. */
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
  const fault = jsonFault(document);
  if (fault !== null) return invalid(entity, `the snapshot ${fault}`);
  const text = stringify(document);
  if (text === undefined) return invalid(entity, 'the snapshot is not valid JSON');
  // Hashed as a reader will find it: there a Date is a string, where the object itself has no fields to tell it by.
  const hash = contentHash(contentOf(JSON.parse(text)));
  const id = draft.id ?? snapshotId(at, hash);
  const payload = draft.id === undefined ? JSON.stringify(withId(document, id)) : text;
  const head = JSON.stringify({ id, generated_at: at, hash, ...draft.head });
  const point = JSON.stringify({ id, ...draft.point });
  const memory = draft.memory === undefined ? null : JSON.stringify(draft.memory);
  // The texts of a foreign regime are as long as their maker likes, and head and trend point repeat them.
  const requestBytes =
    [payload, head, point, memory ?? ''].reduce((sum, text) => sum + jsonStringBytes(text), 0) +
    COMMIT_OVERHEAD_BYTES;
  if (requestBytes > maxBytes) {
    const message = `the snapshot takes ${requestBytes} of at most ${maxBytes} bytes`;
    return { ok: false, entity, code: 'snapshot-too-large', message };
  }
  return { ok: true, value: { entity, id, at, hash, payload, head, point, memory, requestBytes } };
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
