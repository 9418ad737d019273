import { z } from 'zod';
import type { HistoryCursor } from '../store/history.js';
import { parseCursor } from './history-cursor.js';
import { parseMoment } from './moment.js';

export const DEFAULT_ENTRIES = 50;
export const MOST_ENTRIES = 200;

/** Which page of a history. */
export interface HistoryQuery {
  /** Oldest and newest `generatedAt`, epoch ms, both inclusive; null where none was given. */
  readonly from: number | null;
  readonly to: number | null;
  /** The most entries of a page; the route takes 1 to 200. */
  readonly limit: number;
  /** The last entry of the page before, in whose `next` it stands; null for the first page. */
  readonly cursor: HistoryCursor | null;
}

const MOMENT_FAULT = 'must be ISO 8601 (UTC where it names no zone; + is written %2B) or epoch milliseconds';
const LIMIT_FAULT = `must be a whole number from 1 to ${MOST_ENTRIES}`;
const CURSOR_FAULT = 'must come from a next link';

/**
 * The query of a history: `?from=2026-11-01&to=2026-11-22T12:00Z&limit=200`, and `cursor`, which only `next` links
 * carry and which takes the place of `to`.
 */
export const HistoryQuerySchema = z
  .object({
    from: parsed('from', MOMENT_FAULT, parseMoment).optional(),
    to: parsed('to', MOMENT_FAULT, parseMoment).optional(),
    limit: parsed('limit', LIMIT_FAULT, parseLimit).optional(),
    cursor: parsed('cursor', CURSOR_FAULT, parseCursor).optional(),
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

/** A parameter that is given once and that `parse` makes something of. A repeated one arrives as a list. */
function parsed<T>(name: string, fault: string, parse: (text: string) => T | null) {
  return z.string({ error: `${name} may be given once` }).transform((text, context) => {
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
