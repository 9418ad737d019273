import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../../../lib/hazards/regions/regions.js';
import { runGroup } from '../../../../local/doctor/check.js';
import { deploymentGroup } from '../../../../local/doctor/deployment/deployment-group.js';
import type { Target } from '../../../../local/doctor/deployment/site.js';
import { makeReport } from '../../../support/reports.js';
import { startTinySite } from '../tiny-site.js';

const SECRET = 'cron-secret-of-this-site';
const CRON = '/api/cron/persist-regions';

interface Canned {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const problem = (status: number, code: string, detail = '', errors?: unknown): Canned => ({
  status,
  type: 'application/problem+json',
  body: { status, code, detail, errors },
});
const health = (status: string, ageMs: number | null): Canned => ({
  status: status === 'ok' || status === 'degraded' ? 200 : 503,
  body: {
    status,
    staleAfterMs: 28_800_000,
    reasons:
      status === 'degraded' ? [{ code: 'region-failed', message: 'mena failed in the last 2 runs' }] : [],
    regions: REGION_IDS.map((regionId) => ({ regionId, ageMs })),
  },
});
const REFUSED = problem(401, 'unauthorised', 'Send the header');
const DRY = {
  body: {
    ...makeReport({ dryRun: true, durationMs: 420 }),
    snapshots: REGION_IDS.map((region_id) => ({ region_id })),
  },
};

/** A site in order. Keys: `METHOD path`, for the cron route with what opens it. */
const GOOD: Readonly<Record<string, Canned>> = {
  'GET /': { type: 'text/html', body: '<!doctype html>' },
  [`GET ${CRON} none`]: REFUSED,
  [`GET ${CRON} wrong`]: REFUSED,
  [`DELETE ${CRON} none`]: { ...problem(405, 'method-not-allowed'), headers: { allow: 'GET, POST' } },
  [`GET ${CRON}?dry-run=true right`]: DRY,
  'GET /api/health': health('ok', 3_600_000),
  'GET /openapi.json': { body: { openapi: '3.1.0' } },
};

function listen(answers: Readonly<Record<string, Canned>>): RequestListener {
  return (req, res) => {
    const { authorization } = req.headers;
    const key =
      authorization === undefined ? 'none' : authorization === `Bearer ${SECRET}` ? 'right' : 'wrong';
    const path = `${req.method} ${req.url}`;
    const {
      status = 200,
      type = 'application/json',
      headers,
      body = '',
    } = answers[`${path} ${key}`] ?? answers[path] ?? answers['*'] ?? { status: 404 };
    res.writeHead(status, { 'content-type': type, ...headers });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

let site: Awaited<ReturnType<typeof startTinySite>> | undefined;
afterEach(() => site?.close());

async function check(
  listener: RequestListener,
  {
    environment = 'development',
    strict = false,
    ...target
  }: Partial<Target> & { environment?: string | undefined; strict?: boolean } = {},
) {
  site = await startTinySite(listener);
  const whole = { origin: site.url, cronSecret: SECRET, bypass: undefined, ...target };
  return runGroup(deploymentGroup(whole, { fetch, environment, strict }), new AbortController().signal);
}

async function notOk(...args: Parameters<typeof check>) {
  const findings = await check(...args);
  return findings
    .filter(({ status }) => status !== 'ok')
    .map(({ status, subject, seen }) => `${status} ${subject}: ${seen}`);
}

describe('deploymentGroup', () => {
  it('finds nothing wrong with a site in order', async () => {
    expect(
      (await check(listen(GOOD))).map(({ status, subject, seen }) => `${status} ${subject}: ${seen}`),
    ).toEqual([
      'ok address: the status page is served',
      'ok without secret: answers 401',
      'ok wrong secret: answers 401',
      'ok DELETE: answers 405 with Allow',
      'ok dry run: 8 snapshots, 0 of 0 inputs, 420 ms',
      'ok /api/health: ok, 8 regions, the oldest 1.0 h of 8.0 h',
      'ok /openapi.json: is served',
      'ok sources: are not served, nor are package.json, vercel.json and .env',
    ]);
  });

  const PAGE = {
    status: 401,
    type: 'text/html; charset=utf-8',
    body: '<title>Authentication Required</title>',
  };
  it.each([
    ['with its page', { '*': PAGE }],
    [
      'with a redirect to its login',
      { '*': { status: 302, headers: { location: 'https://vercel.com/sso-api?x' } } },
    ],
  ])('tells Deployment Protection from the deployment: %s', async (_how, answers) => {
    const findings = await check(listen(answers));
    expect(findings[0]).toMatchObject({
      status: 'fail',
      seen: expect.stringContaining('Deployment Protection'),
      advice: expect.stringContaining('VERCEL_AUTOMATION_BYPASS_SECRET'),
    });
    expect(findings.slice(1).every(({ status }) => status === 'skipped')).toBe(true);
  });

  it('passes Deployment Protection with its secret', async () => {
    const bypass = 'the-bypass-secret';
    const guarded: RequestListener = (req, res) =>
      listen(req.headers['x-vercel-protection-bypass'] === bypass ? GOOD : { '*': PAGE })(req, res);
    expect(await notOk(guarded, { bypass })).toEqual([]);
  });

  it('says where it is redirected to, and does not follow', async () => {
    const moved = { status: 308, headers: { location: 'https://www.site.example/?secret=x' } };
    expect((await notOk(listen({ '*': moved })))[0]).toBe(
      'fail address: is redirected (308) to www.site.example',
    );
  });

  it('reports a site that is not there', async () => {
    expect((await notOk(listen(GOOD), { origin: 'http://127.0.0.1:9' }))[0]).toMatch(
      /^fail address: cannot be reached: /,
    );
  });

  it.each<[string, Record<string, Canned>, string]>([
    [
      'a route that is open',
      { [`GET ${CRON} none`]: { body: makeReport() } },
      'fail without secret: answers 200 with a run',
    ],
    [
      'a failing run for everybody',
      { [`GET ${CRON} wrong`]: { status: 500, body: makeReport() } },
      'fail wrong secret: answers 500 with a run',
    ],
    [
      'a secret that is not set there',
      { [`GET ${CRON} none`]: problem(401, 'unauthorised', 'CRON_SECRET is not set on this deployment') },
      'fail without secret: answers 401: CRON_SECRET is not set there',
    ],
    [
      'another project',
      { [`GET ${CRON} none`]: { status: 404 } },
      'fail without secret: answers 404, where 401 is right',
    ],
    [
      'a DELETE that is let through',
      { [`DELETE ${CRON} none`]: REFUSED },
      'fail DELETE: answers 401 unauthorised',
    ],
    [
      'a 405 without Allow',
      { [`DELETE ${CRON} none`]: problem(405, 'x') },
      'fail DELETE: answers 405 x without Allow',
    ],
    [
      'a secret that is another there',
      { [`GET ${CRON}?dry-run=true right`]: REFUSED },
      'fail dry run: answers 401',
    ],
    [
      'variables that are missing there',
      {
        [`GET ${CRON}?dry-run=true right`]: problem(500, 'misconfigured', '', [
          { at: 'UPSTASH_REDIS_REST_URL', message: 'is missing' },
        ]),
      },
      'fail dry run: answers 500 misconfigured: UPSTASH_REDIS_REST_URL is missing',
    ],
    [
      'a function that was killed',
      {
        [`GET ${CRON}?dry-run=true right`]: {
          status: 504,
          headers: { 'x-vercel-error': 'FUNCTION_INVOCATION_TIMEOUT' },
        },
      },
      'fail dry run: answers 504 FUNCTION_INVOCATION_TIMEOUT',
    ],
    [
      'regions that were not assessed',
      {
        [`GET ${CRON}?dry-run=true right`]: {
          status: 500,
          body: { ...DRY.body, snapshots: [{ region_id: 'mena' }] },
        },
      },
      'none of east-asia, europe',
    ],
    [
      'a feed that the deployment does not reach',
      {
        [`GET ${CRON}?dry-run=true right`]: {
          body: { ...DRY.body, inputs: [{ input: 'usgs', status: 'failed', events: 0, durationMs: 9 }] },
        },
      },
      'warn dry run: 8 snapshots, 0 of 1 inputs, 420 ms; no answer of usgs',
    ],
    [
      'runs that do not come',
      { 'GET /api/health': health('stale', 90_000_000) },
      'fail /api/health: stale: the oldest 25.0 h',
    ],
    [
      'a site that has not run yet',
      { 'GET /api/health': health('stale', null) },
      'warn /api/health: stale: nothing is stored yet',
    ],
    [
      'a store it does not reach',
      { 'GET /api/health': health('unreachable', null) },
      'fail /api/health: unreachable',
    ],
    [
      'a health that fails',
      { 'GET /api/health': problem(500, 'internal') },
      'fail /api/health: answers 500 internal',
    ],
    ['no static files', { 'GET /openapi.json': { status: 404 } }, 'fail /openapi.json: answers 404'],
    [
      'sources that leak',
      { 'GET /lib/index.ts': { body: 'export {}' } },
      'fail sources: /lib/index.ts is served',
    ],
    ['no status page', { 'GET /': { status: 404 } }, 'warn address: answers 404, and no status page'],
  ])('tells of %s', async (_what, change, expected) => {
    expect(await notOk(listen({ ...GOOD, ...change }))).toEqual([expect.stringContaining(expected)]);
  });

  it('warns of a deployment that is degraded, and fails it only when it is to be strict', async () => {
    const site = { ...GOOD, 'GET /api/health': health('degraded', 3_600_000) };
    const seen = '/api/health: degraded: mena failed in the last 2 runs';
    expect(await notOk(listen(site))).toEqual([`warn ${seen}`]);
    expect(await notOk(listen(site), { strict: true })).toEqual([`fail ${seen}`]);
  });

  it('warns when the variables here are those of another environment', async () => {
    expect(await notOk(listen(GOOD), { environment: 'production' })).toEqual([
      expect.stringContaining(
        'warn environment: the deployment is development, the variables here are production',
      ),
    ]);
  });

  it.each([
    [undefined, 'CRON_SECRET is not set here'],
    ['schlüssel-mit-umlaut', 'CRON_SECRET cannot be sent in a header'],
  ])('asks no dry run without a secret to show (%s)', async (cronSecret, seen) => {
    expect(await notOk(listen(GOOD), { cronSecret })).toEqual([`skipped dry run: not asked: ${seen}`]);
  });
});
