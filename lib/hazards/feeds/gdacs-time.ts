import { z } from 'zod';

const HOUR_MS = 60 * 60_000;

/** ISO 8601, with a space in place of the T now and then. */
const TimeSchema = z
  .string()
  .trim()
  .regex(/^\d{4}-\d\d-\d\d[T ]/)
  .transform((text) => text.replace(/^(\S{10})[T ]\s*/, '$1T'))
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
