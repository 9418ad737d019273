import { sep } from 'node:path';
import type { Env } from '../../../lib/config.js';
import { SLOT_MS } from '../../../lib/runs/slots.js';
import { STALE_AFTER_MS } from '../../../lib/web/health.js';
import { plural } from '../../start/text.js';
import { type Cron, loadVercelConfig, maxDurationMs, type VercelConfig } from '../../vercel/config.js';
import { type FunctionFile, findFunctions, matchFunction } from '../../vercel/function-files.js';
import { type Finding, fail, type Group, ok, warn } from '../check.js';
import { partialConfig } from './environment.js';

export const CRON_PATH = '/api/cron/persist-regions';

/** The functions that work under RUN_BUDGET_MS. */
const RUN_ENTRYPOINTS = ['api/cron/persist-regions.ts', 'api/snapshots.ts'];
/** What a function needs before its run begins and after it has answered: a cold start, in ms. */
const START_MARGIN_MS = 5_000;
/** How late a call may come: on Hobby, at any minute of its hour. In ms. */
const LATE_MS = 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const HOBBY_FUNCTIONS = 12;

/** Compares the settings here with those of the platform. @param root the folder that holds vercel.json */
export function vercelJsonGroup(root: string, env: Env): Group {
  return {
    title: 'vercel.json',
    checks: [{ subject: 'vercel.json', limitMs: 3_000, run: () => checkVercelJson(root, env) }],
  };
}

async function checkVercelJson(root: string, env: Env): Promise<readonly Finding[]> {
  const [config, files] = await Promise.all([readConfig(root), findFunctions(root)]);
  if (typeof config === 'string') {
    return [
      fail('vercel.json', config, 'Correct it; vercel.com/docs/project-configuration lists the settings.'),
    ];
  }
  const unanswered = config.crons.filter(({ path }) => !files.some((file) => answers(file, path)));
  return [
    ...RUN_ENTRYPOINTS.map((entrypoint) => budget(config, entrypoint, env)),
    ...unanswered.map(({ path }) => noFunction(path)),
    ...schedules(config.crons.filter(({ path }) => withoutQuery(path) === CRON_PATH)),
    functionCount(files.length),
  ];
}

/** @returns the settings, or what is wrong with the file */
async function readConfig(root: string): Promise<VercelConfig | string> {
  try {
    return await loadVercelConfig(root);
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(root + sep, '') : 'cannot be read';
  }
}

function budget(config: VercelConfig, entrypoint: string, env: Env): Finding {
  const subject = entrypoint;
  const budgetMs = partialConfig(env, 'budgetMs');
  const longestMs = maxDurationMs(config, entrypoint);
  if (budgetMs === null) return warn(subject, 'RUN_BUDGET_MS is not valid', 'See above.');
  const [budgetS, longestS, marginS] = [budgetMs, longestMs, START_MARGIN_MS].map((ms) => `${ms / 1000} s`);
  const seen = `${budgetS} of budget and ${marginS} to start`;
  if (budgetMs + START_MARGIN_MS <= longestMs)
    return ok(subject, `${seen} fit into the ${longestS} of maxDuration`);
  const advice = `Set RUN_BUDGET_MS to at most ${Math.max(0, longestMs - START_MARGIN_MS)}, or raise maxDuration in vercel.json: a run that is killed releases no claim and reports nothing.`;
  return fail(subject, `${seen} do not fit into the ${longestS} of maxDuration`, advice);
}

function schedules(crons: readonly Cron[]): readonly Finding[] {
  if (crons.length === 0) {
    // Not a failure: another scheduler may call it, which this file says nothing of.
    return [
      warn(
        'schedule',
        `no cron in vercel.json calls ${CRON_PATH}`,
        'Right where another scheduler does, Vercel Schedules or QStash (docs/operations.md, Platform), at 0, 1, 6, 7, 12, 13, 18 and 19 UTC. Otherwise nothing is ever stored: add an entry to crons for each of these hours.',
      ),
    ];
  }
  const parsed = crons.map(({ schedule }) => ({ schedule, times: parseSchedule(schedule) }));
  const bad = parsed.filter(({ times }) => times === null);
  const often = parsed.filter(({ times }) => (times?.minutes.length ?? 0) > 1);
  return [
    ...bad.map(({ schedule }) =>
      fail(
        'schedule',
        `"${schedule}" is not a schedule that Vercel accepts`,
        'Five fields of numbers, in UTC: "0 6 * * *". Not both a day of the month and a day of the week.',
      ),
    ),
    ...often.map(({ schedule }) =>
      warn(
        'schedule',
        `"${schedule}" fires more than once a day`,
        'Fine on the Pro plan. The Hobby plan refuses such a deployment: there, write one entry for each time of the day.',
      ),
    ),
    gap(parsed.flatMap(({ times }) => times ?? [])),
    ...uncovered(parsed.flatMap(({ times }) => times ?? [])),
  ];
}

const SLOT_MINUTES = SLOT_MS / 60_000;

/**
 * A tick at the beginning of a slot stores it; one an hour later makes up for what failed, was killed or never came.
 */
function uncovered(times: readonly Schedule[]): readonly Finding[] {
  const everyDay = times.filter(({ daily }) => daily).flatMap(({ minutes }) => minutes);
  const slots = Array.from({ length: (24 * 60) / SLOT_MINUTES }, (_, i) => i * SLOT_MINUTES);
  const ticksIn = (from: number, to: number) => everyDay.some((minute) => minute >= from && minute < to);
  const late = slots.filter((begin) => !ticksIn(begin, begin + 60));
  const once = slots.filter((begin) => !ticksIn(begin + 60, begin + SLOT_MINUTES));
  return [
    ...tickMissing(
      late,
      'no cron in the first hour of the slot',
      'Add an entry at the beginning of each slot',
    ),
    ...tickMissing(
      once,
      'no second cron, to catch up, in the slot',
      'Add an entry an hour after the beginning',
    ),
  ];
}

function tickMissing(slots: readonly number[], what: string, advice: string): Finding[] {
  if (slots.length === 0) return [];
  const named = slots.map((minute) => `${minute / 60}`.padStart(2, '0')).join(', ');
  const seen = `${what} that begins at ${named} UTC`;
  return [warn('schedule', seen, `${advice}: 0, 1, 6, 7, 12, 13, 18 and 19. On Pro, "0 * * * *" is enough.`)];
}

function gap(times: readonly Schedule[]): Finding {
  const gapMs = largestGapMs(times);
  const stale = `/api/health calls ${STALE_AFTER_MS / HOUR_MS} h stale`;
  if (gapMs + LATE_MS < STALE_AFTER_MS) {
    return ok(
      'schedule',
      `${plural(times.length, 'cron')}, at most ${hours(gapMs)} between two runs; stale after ${hours(STALE_AFTER_MS)}`,
    );
  }
  const seen = Number.isFinite(gapMs) ? `up to ${hours(gapMs)} between two runs` : 'it fires once at most';
  const advice = `Add crons, so that two runs are never more than ${hours(STALE_AFTER_MS - LATE_MS)} apart: a run may come an hour late.`;
  return fail('schedule', `${seen}, but ${stale}`, advice);
}

const hours = (ms: number) => `${Math.round((ms / HOUR_MS) * 10) / 10} h`;

function noFunction(path: string): Finding {
  return fail(
    'schedule',
    `no function answers the cron path ${path}`,
    'Correct the path in crons, or add the file in api/.',
  );
}

function answers(file: FunctionFile, path: string): boolean {
  return matchFunction(file, withoutQuery(path).split('/').filter(Boolean)) !== null;
}

const withoutQuery = (path: string) => path.split('?')[0] ?? path;

function functionCount(count: number): Finding {
  const seen = `${plural(count, 'function')} in api/; the Hobby plan allows ${HOBBY_FUNCTIONS}`;
  if (count <= HOBBY_FUNCTIONS) return ok('functions', seen);
  return warn('functions', seen, 'On Hobby, combine routes, or begin the names of helpers with _.');
}
/** One cron expression as Vercel takes them: five fields of numbers, in UTC. */
export interface Schedule {
  /** Whether it fires on every day. */
  readonly daily: boolean;
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
    daily: texts.slice(2).every((text) => text === '*'),
    minutes: [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)),
    firesOn: (day) =>
      days.has(day.getUTCDate()) && months.has(day.getUTCMonth() + 1) && weekdays.has(day.getUTCDay()),
  };
}

/**
 * The longest time between two runs that store, of several schedules together: the first tick of each slot does, and
 * the others make up for it.
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
  const inOrder = [...minutes].sort((a, b) => a - b);
  const slotOfMinute = (minute: number | undefined) => Math.floor((minute ?? -1) / SLOT_MINUTES);
  const first = inOrder.filter((minute, i) => slotOfMinute(minute) !== slotOfMinute(inOrder[i - 1]));
  return first.map((minute) => day.getTime() + minute * 60_000);
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
