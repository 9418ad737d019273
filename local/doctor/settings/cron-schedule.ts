/** One cron expression as Vercel takes them: five fields of numbers, in UTC. */
export interface Schedule {
  /** Minutes of the day, ascending. */
  readonly minutes: readonly number[];
  readonly firesOn: (day: Date) => boolean;
}

const DAY_MS = 86_400_000;
/** Two years and more, so that what fires once a year has a gap; with a leap day among them. */
const DAYS_LOOKED_AT = 800;
const FIRST_DAY = Date.UTC(2027, 0, 1);

const FIELDS = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12 },
  { min: 0, max: 6 },
] as const;

/** @returns null for what Vercel refuses: names of days, a seventh day, a day of the month and of the week together */
export function parseSchedule(expression: string): Schedule | null {
  const texts = expression.trim().split(/\s+/);
  const fields = FIELDS.flatMap((range, i) => readField(texts[i] ?? '', range) ?? []);
  const [minutes, hours, days, months, weekdays] = fields;
  if (texts.length !== FIELDS.length || !minutes || !hours || !days || !months || !weekdays) return null;
  if (texts[2] !== '*' && texts[4] !== '*') return null;
  return {
    minutes: [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)),
    firesOn: (day) =>
      days.has(day.getUTCDate()) && months.has(day.getUTCMonth() + 1) && weekdays.has(day.getUTCDay()),
  };
}

/**
 * The longest time between two runs of several schedules together.
 *
 * @returns ms; Infinity when none ever fires
 */
export function largestGapMs(schedules: readonly Schedule[]): number {
  let largest = 0;
  let last: number | undefined;
  for (let i = 0; i < DAYS_LOOKED_AT; i += 1) {
    const day = new Date(FIRST_DAY + i * DAY_MS);
    for (const time of timesOn(day, schedules)) {
      if (last !== undefined) largest = Math.max(largest, time - last);
      last = time;
    }
  }
  return largest === 0 ? Number.POSITIVE_INFINITY : largest;
}

function timesOn(day: Date, schedules: readonly Schedule[]): number[] {
  const minutes = new Set(schedules.flatMap((schedule) => (schedule.firesOn(day) ? schedule.minutes : [])));
  return [...minutes].sort((a, b) => a - b).map((minute) => day.getTime() + minute * 60_000);
}

/** `*`, `5`, `1-5`, each with a step or without, and lists of these; in ascending order. */
function readField(text: string, { min, max }: { min: number; max: number }): Set<number> | null {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return null;
    const [, from, to, step] = match;
    const first = from === undefined ? min : Number(from);
    // `5/10` is from 5 on; `5` alone is 5.
    const last = to !== undefined ? Number(to) : from === undefined || step !== undefined ? max : first;
    const stride = step === undefined ? 1 : Number(step);
    if (first < min || last > max || first > last || stride < 1) return null;
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return new Set([...values].sort((a, b) => a - b));
}
