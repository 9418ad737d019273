import { z } from 'zod';

/**
 * Reads a moment as a caller writes it: epoch milliseconds, or an ISO 8601 date or date and time. Without a zone it
 * is UTC.
 *
 * @returns epoch ms, or null for anything else
 */
export function parseMoment(text: string): number | null {
  if (/^\d{1,16}$/.test(text)) return inRange(Number(text));
  const [, date, zone] = ISO_8601.exec(text) ?? [];
  // Date.parse makes the 2nd of March of a 30th of February.
  if (date === undefined || !z.iso.date().safeParse(date).success) return null;
  // ECMAScript takes a date for UTC, but a date with a time for local.
  return inRange(Date.parse(text === date || zone !== undefined ? text : `${text}Z`));
}

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What a Date can hold: ±100,000,000 days from 1970 (ECMA-262, section 21.4.1.1). */
const MOST_MS = 8.64e15;

function inRange(ms: number): number | null {
  return Number.isNaN(ms) || ms > MOST_MS ? null : ms;
}
