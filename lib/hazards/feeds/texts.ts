import { z } from 'zod';

const MAX_SUMMARY_LENGTH = 300;
const MAX_URL_LENGTH = 2_000;

/** Controls, broken surrogates, and every mark that reorders or re-embeds the text around it (Unicode, UAX 9). */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from a feed as one line: control characters, marks that reorder text and broken surrogates are removed, the
 * rest, including markup, stays as it is. Whatever displays it escapes it.
 *
 * @param most length in characters
 * @returns at most `most` characters, the last of them "…" where it was cut
 */
export function cleanText(text: string, most = MAX_SUMMARY_LENGTH): string {
  const line = text
    .slice(0, most * 4)
    .replace(/\s+/g, ' ')
    .replace(UNSEEN, '')
    .trim();
  const characters = [...line];
  if (characters.length <= most) return line;
  return `${characters.slice(0, most - 1).join('')}…`;
}

const MAX_NAME_LENGTH = 200;

/**
 * The name of an event, with its list of countries shortened to a count, so that there is room for what comes after
 * it: GDACS names a drought after all of its 26 countries.
 *
 * @returns at most 200 characters
 */
export function cleanName(text: string): string {
  const parts = cleanText(text, MAX_NAME_LENGTH * 10)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const whole = parts.join(', ');
  if ([...whole].length <= MAX_NAME_LENGTH) return whole;
  const cut = (count: number) => `${parts.slice(0, count).join(', ')} and ${parts.length - count} more`;
  let kept = parts.length - 1;
  while (kept > 1 && [...cut(kept)].length > MAX_NAME_LENGTH) kept -= 1;
  return kept < 1 ? cleanText(whole, MAX_NAME_LENGTH) : cleanText(cut(kept), MAX_NAME_LENGTH);
}

/**
 * A link from a feed, if it is one that may be shown.
 *
 * @returns null unless it is http or https, without credentials and of a sane length
 */
export function webUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_URL_LENGTH || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // "https://www.gdacs.org@elsewhere.example" leads elsewhere.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}

const HOUR_MS = 60 * 60_000;

/** ISO 8601, with a space in place of the T now and then, and a zone with a colon or without. */
const TimeSchema = z
  .string()
  .trim()
  .regex(/^\d{4}-\d\d-\d\d[T ]/)
  .transform((text) => text.replace(/^(\S{10})[T ]\s*/, '$1T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  .pipe(z.iso.datetime({ local: true, offset: true }));

/** Before it there was no GDACS: such a date, 0001-01-01 for one, stands for a date that is missing. */
const EARLIEST = Date.UTC(2000, 0, 1);

/**
 * A time of GDACS, which gives no zone.
 *
 * @param zone in which a time without a zone is meant: volcanoes are dated in Italian local time, all else in UTC
 * @returns epoch ms; null when it cannot be read
 */
export function gdacsTime(text: string, zone: 'UTC' | 'Europe/Rome'): number | null {
  const parsed = TimeSchema.safeParse(text);
  if (!parsed.success) return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(parsed.data);
  const time = Date.parse(hasZone ? parsed.data : `${parsed.data}Z`);
  if (!(time >= EARLIEST)) return null;
  return hasZone || zone === 'UTC' ? time : time - romeOffsetMs(time - romeOffsetMs(time - HOUR_MS));
}

let rome: Intl.DateTimeFormat | undefined;

/** How far clocks in Italy are ahead of UTC at a moment: one hour, or two in summer. */
function romeOffsetMs(time: number): number {
  rome ??= new Intl.DateTimeFormat('en', { timeZone: 'Europe/Rome', timeZoneName: 'longOffset' });
  const zone = rome.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return Number(/^GMT\+0(\d)/.exec(zone)?.[1] ?? 1) * HOUR_MS;
}
