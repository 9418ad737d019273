import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Config } from '../config.js';
import type { StoredSnapshot } from '../persister/reads.js';
import { StoreError } from '../persister/upstash/error.js';
import { isCursor } from '../persister/upstash/lists.js';
import { type Problem, snapshotUnreadable, storeProblem } from './answers.js';
import type { Answer } from './route.js';

/** Monitors and caches ask with HEAD. */
export const READ_METHODS = ['GET', 'HEAD'] as const;

/** What was read, or why it could not be. */
export function readAnswer(config: Config, result: object | StoreError): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  return { status: 200, body: result, headers: cachingHeaders(config) };
}

/**
 * A snapshot as it is stored, with an ETag; 304 for a caller that has it already.
 *
 * @param absent the answer when there is none
 */
export function snapshotAnswer(
  request: Pick<Request, 'headers'>,
  config: Config,
  result: StoredSnapshot | StoreError,
  absent: Problem,
): Answer {
  if (result instanceof StoreError) return { problem: storeProblem(result) };
  if (result.status === 'absent') return { problem: absent };
  if (result.status === 'unreadable') return { problem: snapshotUnreadable(result) };
  const etag = etagOf(result.payload);
  const headers = { ...cachingHeaders(config), etag };
  return matchesEtag(request.headers.get('if-none-match'), etag)
    ? { status: 304, headers }
    : { status: 200, body: result.snapshot, headers };
}

/**
 * Shared caches keep open reads for a minute, and for five more while they fetch a fresh answer. Reads behind a token
 * are never kept. Neither needs a Vary: no header selects among answers, and RFC 9110 (section 12.5.5) asks for none
 * for Authorization.
 */
function cachingHeaders({ readToken }: Config): Record<string, string> {
  const open = readToken === undefined;
  return { 'cache-control': open ? 'public, s-maxage=60, stale-while-revalidate=300' : 'private, no-store' };
}

/** A strong entity tag: the same for the same text, and for no other. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/**
 * Whether a caller has this representation already (RFC 9110, section 13.1.2). Tags are compared weakly, as that
 * section requires: a proxy that compresses makes a strong tag weak.
 *
 * @param ifNoneMatch the header: `*`, or a list of tags
 */
export function matchesEtag(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(OPAQUE_TAG)].some(([tag]) => tag === etag);
}

/** The quoted part of a tag; a comma may stand in it. */
const OPAQUE_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;

export const DEFAULT_ENTRIES = 50;
export const MOST_ENTRIES = 200;

/** Which page of a history. */
export interface HistoryQuery {
  /** Oldest and newest `generatedAt`, epoch ms, both inclusive; null where none was given. */
  readonly from: number | null;
  readonly to: number | null;
  /** The most entries on a page; the route accepts 1 to 200. */
  readonly limit: number;
  /** The last entry of the page before, in whose `next` it stands; null for the first page. */
  readonly cursor: string | null;
}

const MOMENT_FAULT =
  'must be epoch milliseconds or ISO 8601 (in UTC unless it names a zone; write %2B for the + of a zone)';
const LIMIT_FAULT = `must be a whole number from 1 to ${MOST_ENTRIES}`;
const CURSOR_FAULT = 'must come from a next link';

/**
 * The query of a history: `?from=2026-11-01&to=2026-11-22T12:00Z&limit=200`, and `cursor`, which only `next` links
 * carry and which replaces `to`.
 */
export const HistoryQuerySchema = z
  .object({
    from: parsed(MOMENT_FAULT, parseMoment).optional(),
    to: parsed(MOMENT_FAULT, parseMoment).optional(),
    limit: parsed(LIMIT_FAULT, parseLimit).optional(),
    cursor: parsed(CURSOR_FAULT, parseCursor).optional(),
  })
  .superRefine(({ from, to, cursor }, context) => {
    const refuse = (at: string, message: string) => context.addIssue({ code: 'custom', path: [at], message });
    if (cursor !== undefined && to !== undefined) refuse('to', 'must not be given together with cursor');
    if (from !== undefined && to !== undefined && from > to) refuse('from', 'must not be later than to');
  })
  .transform(
    ({ from = null, to = null, limit = DEFAULT_ENTRIES, cursor = null }): HistoryQuery => ({
      from,
      to,
      limit,
      cursor,
    }),
  );

/** @param parse returns null for a text that it cannot read */
function parsed<T>(fault: string, parse: (text: string) => T | null) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });
}

function parseLimit(text: string): number | null {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= MOST_ENTRIES ? limit : null;
}

/** @returns null for what cannot have come from a page */
export function parseCursor(text: string): string | null {
  return isCursor(text) ? text : null;
}

/**
 * Reads a moment as a caller writes it: epoch milliseconds, or an ISO 8601 date or date and time. Without a zone it
 * is UTC.
 *
 * @returns epoch ms, or null for anything else
 */
export function parseMoment(text: string): number | null {
  if (/^\d{1,16}$/.test(text)) return inRange(Number(text));
  const [, date, zone] = ISO_8601.exec(text) ?? [];
  // Date.parse turns the 30th of February into the 2nd of March.
  if (date === undefined || !z.iso.date().safeParse(date).success) return null;
  // ECMAScript reads a date as UTC, but a date with a time as local time.
  return inRange(Date.parse(text === date || zone !== undefined ? text : `${text}Z`));
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What a Date can hold: ±100,000,000 days from 1970 (ECMA-262, section 21.4.1.1). */
const MOST_MS = 8.64e15;

function inRange(ms: number): number | null {
  return Number.isNaN(ms) || ms > MOST_MS ? null : ms;
}
