import { afterEach, describe, expect, it } from 'vitest';
import { runGroup } from '../../../../local/doctor/check.js';
import { vercelJsonGroup } from '../../../../local/doctor/settings/vercel-json.js';
import { PROJECT_ROOT } from '../../../../local/stack.js';
import { createTemporaryProject, type TemporaryProject } from '../../vercel/temporary-project.js';

let project: TemporaryProject | undefined;
afterEach(() => project?.remove());

const CRON = { path: '/api/cron/persist-regions', schedule: '0 */6 * * *' };
const HOURLY = { ...CRON, schedule: '0 * * * *' };
const FUNCTIONS = { 'api/cron/persist-regions.ts': '', 'api/snapshots.ts': '' };

async function check(vercelJson: unknown, options: { env?: Record<string, string>; files?: object } = {}) {
  const text = typeof vercelJson === 'string' ? vercelJson : JSON.stringify(vercelJson);
  project = await createTemporaryProject({ 'vercel.json': text, ...FUNCTIONS, ...options.files });
  return runGroup(vercelJsonGroup(project.root, options.env ?? {}), new AbortController().signal);
}

async function notOk(...args: Parameters<typeof check>) {
  const findings = await check(...args);
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ status, subject, seen }) => `${status} ${subject}: ${seen}`);
}

const daily = (...hours: number[]) => hours.map((hour) => ({ ...CRON, schedule: `0 ${hour} * * *` }));
const TICKS = [0, 1, 6, 7, 12, 13, 18, 19];
const settings = (crons: readonly unknown[], maxDuration = 60) => ({
  functions: { 'api/**/*.ts': { maxDuration } },
  crons,
});

describe('vercelJsonGroup', () => {
  it('finds nothing wrong with the settings of this project', async () => {
    const findings = await runGroup(vercelJsonGroup(PROJECT_ROOT, {}), new AbortController().signal);
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(findings).toContainEqual(
      expect.objectContaining({ subject: 'schedule', seen: expect.stringContaining('8 crons, at most 6 h') }),
    );
  });

  it('reports a budget that the platform cuts short', async () => {
    expect(await notOk(settings(daily(...TICKS), 54))).toEqual([
      'fail api/cron/persist-regions.ts: 50 s of budget and 5 s to start do not fit into the 54 s of maxDuration',
      'fail api/snapshots.ts: 50 s of budget and 5 s to start do not fit into the 54 s of maxDuration',
    ]);
  });

  it('takes a budget that just fits', async () => {
    expect(await notOk(settings(daily(...TICKS), 55))).toEqual([]);
    expect(await notOk(settings(daily(...TICKS), 10), { env: { RUN_BUDGET_MS: '5000' } })).toEqual([]);
  });

  it('leaves a budget that is not a number to the environment', async () => {
    expect(await notOk(settings(daily(...TICKS)), { env: { RUN_BUDGET_MS: 'soon' } })).toEqual([
      'warn api/cron/persist-regions.ts: RUN_BUDGET_MS is not valid',
      'warn api/snapshots.ts: RUN_BUDGET_MS is not valid',
    ]);
  });

  it.each([
    [daily(0, 1, 6, 7, 18, 19), 'fail schedule: up to 12 h between two runs'],
    [
      daily(0, 6, 12, 18),
      'warn schedule: no second cron, to catch up, in the slot that begins at 00, 06, 12, 18 UTC',
    ],
    [
      daily(0, 1, 6, 7, 12, 13, 18),
      'warn schedule: no second cron, to catch up, in the slot that begins at 18 UTC',
    ],
    [
      daily(0, 1, 7, 8, 12, 13, 18, 19),
      'warn schedule: no cron in the first hour of the slot that begins at 06 UTC',
    ],
    [[], 'warn schedule: no cron in vercel.json calls /api/cron/persist-regions'],
    [
      [...daily(...TICKS), { ...CRON, path: '/api/typo' }],
      'fail schedule: no function answers the cron path /api/typo',
    ],
    [
      [...daily(...TICKS), { ...CRON, schedule: '@daily' }],
      'fail schedule: "@daily" is not a schedule that Vercel accepts',
    ],
    [[HOURLY], 'warn schedule: "0 * * * *" fires more than once a day'],
  ])('judges the crons %j', async (crons, expected) => {
    expect(await notOk(settings(crons))).toContainEqual(expect.stringContaining(expected));
  });

  it('reports more functions than Hobby allows', async () => {
    const files = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`api/more-${i}.ts`, '']));
    expect(await notOk(settings(daily(...TICKS)), { files })).toEqual([
      'warn functions: 13 functions in api/; the Hobby plan allows 12',
    ]);
  });

  it('reports a file that is not valid JSON', async () => {
    expect(await notOk('{')).toEqual(['fail vercel.json: vercel.json is not valid JSON']);
  });
});
