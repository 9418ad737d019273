const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Shown where a value is not known. */
export const NOTHING = '–';

/**
 * How long ago, or how far ahead, in the largest unit that fits: "12 s ago", "5 min ago", "in 3 h", "26 d ago".
 *
 * @param {number} then epoch ms
 * @param {number} now epoch ms
 */
export function formatRelative(then, now) {
  const distance = Math.abs(now - then);
  const span = formatSpan(distance);
  if (distance < SECOND_MS) return 'just now';
  return then > now ? `in ${span}` : `${span} ago`;
}

/**
 * A length of time in the largest unit that fits, rounded down: "45 s", "59 min", "3 h", "2 d".
 *
 * @param {number} ms
 */
export function formatSpan(ms) {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/**
 * A date to the second, in UTC, so that two people who compare screens see the same: "2026-08-03 14:20:31 UTC".
 *
 * @param {number} time epoch ms
 */
export function formatExact(time) {
  return isDate(time) ? `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC` : NOTHING;
}

/** A date to the minute, for where there is little room: "3 Aug 14:20 UTC". @param {number} time epoch ms */
export function formatMinute(time) {
  return isDate(time) ? `${formatDay(time)} ${new Date(time).toISOString().slice(11, 16)} UTC` : NOTHING;
}

/**
 * A time of the last or the next 24 hours by the clock alone, "06:00 UTC"; any other with its day.
 *
 * @param {number} time epoch ms
 * @param {number} now epoch ms
 */
export function formatClock(time, now) {
  if (!isDate(time) || Math.abs(now - time) >= DAY_MS) return formatMinute(time);
  return `${new Date(time).toISOString().slice(11, 16)} UTC`;
}

/** "once", "twice", "3 times". @param {number} count */
export function formatTimes(count) {
  return { 1: 'once', 2: 'twice' }[count] ?? `${count} times`;
}

/** @param {number} time epoch ms, of any value */
export function isDate(time) {
  return Number.isFinite(new Date(time).getTime());
}

/** "3 Aug", in UTC. @param {number} time epoch ms */
export function formatDay(time) {
  return isDate(time) ? DAY_FORMAT.format(time) : NOTHING;
}
const DAY_FORMAT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/**
 * A duration: "312 ms", "1.50 s", "20.8 s"; whole seconds are round ones: "50 s".
 *
 * @param {number} ms
 */
export function formatDuration(ms) {
  const rounded = Math.round(ms);
  if (rounded < SECOND_MS) return `${rounded} ms`;
  if (rounded % SECOND_MS === 0) return `${rounded / SECOND_MS} s`;
  return `${(rounded / SECOND_MS).toFixed(rounded < 10 * SECOND_MS ? 2 : 1)} s`;
}

/**
 * The marks of a time axis, all in one unit and with as many digits: "0", "0.5 s", "1.0 s".
 *
 * @param {readonly number[]} ticks ms, evenly apart from 0 on
 */
export function formatTicks(ticks) {
  const last = ticks.at(-1) ?? 0;
  const step = ticks[1] ?? SECOND_MS;
  const digits = Math.max(0, Math.ceil(-Math.log10(step / SECOND_MS)));
  return ticks.map((ms) => {
    if (ms === 0) return '0';
    return last < SECOND_MS ? `${Math.round(ms)} ms` : `${(ms / SECOND_MS).toFixed(digits)} s`;
  });
}

/** A pressure or severity, 0 to 1, with two digits. @param {number | null} score null when not known */
export function formatScore(score) {
  return score === null ? NOTHING : score.toFixed(2);
}

/** "1 run", "2 runs". @param {number} count @param {string} one @param {string} [many] */
export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

/** "a", "a and b", "a, b and c". @param {readonly string[]} words */
export function listWords(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
