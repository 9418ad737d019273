import { sep } from 'node:path';
import type { Env } from '../../../lib/config.js';
import { STALE_AFTER_MS } from '../../../lib/read/health.js';
import { type FunctionFile, findFunctions, matchFunction } from '../../functions/function-files.js';
import {
  type Cron,
  loadVercelConfig,
  maxDurationMs,
  type VercelConfig,
} from '../../functions/vercel-config.js';
import { plural } from '../../report/text.js';
import type { Group } from '../check.js';
import { type Finding, fail, ok, warn } from '../finding.js';
import { largestGapMs, parseSchedule, type Schedule } from './cron-schedule.js';
import { partialConfig } from './partial-config.js';

export const CRON_PATH = '/api/cron/persist-regions';

/** The functions that work under RUN_BUDGET_MS. */
const RUN_ENTRYPOINTS = ['api/cron/persist-regions.ts', 'api/snapshots.ts'];
/** What a function needs before its run begins and after it has answered: a cold start, in ms. */
const START_MARGIN_MS = 5_000;
/** How late a call may come: on Hobby, at any minute of its hour. In ms. */
const LATE_MS = 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const HOBBY_FUNCTIONS = 12;

/** What is set here, held against what the platform is told. @param root the folder that holds vercel.json */
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
  const advice = `Set RUN_BUDGET_MS to at most ${Math.max(0, longestMs - START_MARGIN_MS)}, or raise maxDuration in vercel.json: a run that is killed gives up no claim and reports nothing.`;
  return fail(subject, `${seen} do not fit into the ${longestS} of maxDuration`, advice);
}

function schedules(crons: readonly Cron[]): readonly Finding[] {
  if (crons.length === 0) {
    return [
      fail(
        'schedule',
        `no cron calls ${CRON_PATH}`,
        `Add {"path": "${CRON_PATH}", "schedule": "0 0 * * *"} to crons.`,
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
        `"${schedule}" is none that Vercel takes`,
        'Five fields of numbers, in UTC: "0 6 * * *". Not both a day of the month and a day of the week.',
      ),
    ),
    ...often.map(({ schedule }) =>
      warn(
        'schedule',
        `"${schedule}" fires more than once a day`,
        'The Hobby plan refuses such a deployment: write one entry for each time of the day.',
      ),
    ),
    gap(parsed.flatMap(({ times }) => times ?? [])),
  ];
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
  const advice = `Add crons, so that never more than ${hours(STALE_AFTER_MS - LATE_MS)} lie between two runs: one may come an hour late.`;
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
  const seen = `${plural(count, 'function')} in api/; the Hobby plan takes ${HOBBY_FUNCTIONS}`;
  if (count <= HOBBY_FUNCTIONS) return ok('functions', seen);
  return warn('functions', seen, 'On Hobby, put routes together, or begin helpers with _.');
}
