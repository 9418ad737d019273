import { z } from 'zod';
import { isCursor } from '../persister/upstash/history.js';

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
