import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../../lib/hazards/snapshot.js';
import { RunReportSchema } from '../../../lib/runs/report.js';
import {
  type ApiStack,
  AUTHORISED,
  CRON_SECRET,
  problemIn,
  reportIn,
  startApiStack,
  UNTOUCHED,
} from '../../support/api-stack.js';
import type { Call } from '../../support/serve-handler.js';
import { keys } from '../../support/store-harness.js';

const PATH = '/api/cron/persist-regions';
const CRON = { ...AUTHORISED, 'user-agent': 'vercel-cron/1.0' };

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack();
});
beforeEach(() => stack.reset());
afterAll(() => stack.close());

/** A call as Vercel's cron makes it, with these changes. */
const call = (query = '', changes: Call = {}) =>
  stack.call({ path: `${PATH}${query}`, headers: CRON, ...changes });
const run = async (query = '') => reportIn(await call(query));

/** The id in `latest` of each region. */
async function latestIds(): Promise<(string | null)[]> {
  return Promise.all(REGION_IDS.map((region) => stack.harness.redis.get(keys.latest(region))));
}

describe('a run', () => {
  it('persists the 8 regions and answers with the report of it', async () => {
    const reply = await call();

    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(reply.headers).not.toHaveProperty('location');
    const report = reportIn(reply);
    expect(report).toMatchObject({
      trigger: 'cron',
      environment: 'development',
      dryRun: false,
      budgetMs: 50_000,
      counts: { persisted: 8, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
    });
    expect(report.regions.map(({ regionId }) => regionId)).toEqual(REGION_IDS);
    expect(report.inputs).not.toEqual([]);
    expect(report.inputs.every(({ status }) => status === 'ok')).toBe(true);
    expect(await latestIds()).toEqual(report.regions.map(({ snapshotId }) => snapshotId));
  });

  it('sends one request for all heads, two for each region and one for the report, which counts the others', async () => {
    const { redis } = await run();
    const { requests, commands } = stack.harness.gateway.stats;
    // What was sent before the report itself was stored.
    expect(redis).toEqual({ requests: requests - 1, commands: commands - 1 });
    expect(requests).toBe(18);
  });

  it('stores the report that it answers with', async () => {
    const { durationMs: _answered, ...answered } = await run();
    const runs = await stack.harness.redis.lRange(keys.runs, 0, -1);
    const stored = runs.map((entry) => RunReportSchema.parse(JSON.parse(entry)));
    expect(stored).toMatchObject([answered]);
  });

  it.each([
    ['vercel-cron/1.0', 'cron', 'scheduled'],
    ['curl/8.5.0', 'manual', 'manual'],
  ])('called by %s is a %s run', async (userAgent, trigger, reason) => {
    const reply = await call('?dry-run=true', { headers: { ...AUTHORISED, 'user-agent': userAgent } });
    expect(JSON.parse(reply.text)).toMatchObject({
      trigger,
      snapshots: REGION_IDS.map(() => ({ meta: { trigger_reason: reason } })),
    });
  });

  it('may also be started with POST', async () => {
    const reply = await call('?regions=mena', { method: 'POST' });
    expect(reply.status).toBe(200);
    expect(reportIn(reply).counts.persisted).toBe(1);
  });

  it('finds 8 duplicates within 15 minutes of another, and names what each duplicates', async () => {
    const first = await run();
    const reply = await call('?due=false');

    expect(reply.status).toBe(200);
    const { counts, regions } = reportIn(reply);
    expect(counts).toEqual({ persisted: 0, duplicate: 8, current: 0, inFlight: 0, failed: 0 });
    expect(regions.map((region) => region.status === 'duplicate' && region.duplicateOf)).toEqual(
      first.regions.map(({ snapshotId }) => snapshotId),
    );
    expect(await latestIds()).toEqual(first.regions.map(({ snapshotId }) => snapshotId));
  });

  it('overlapping with another stores every region once, and neither fails', async () => {
    const both = await Promise.all([call(), call()]);

    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const reports = both.map(reportIn);
    expect(reports.map(({ counts }) => counts.failed)).toEqual([0, 0]);
    expect(reports.reduce((sum, { counts }) => sum + counts.persisted, 0)).toBe(8);
    for (const region of REGION_IDS) {
      expect(await stack.harness.redis.zCard(keys.index(region))).toBe(1);
    }
  });

  it('over some regions leaves the others alone', async () => {
    const { regions } = await run('?regions=europe,mena');
    expect(regions).toMatchObject([
      { regionId: 'mena', status: 'persisted' },
      { regionId: 'europe', status: 'persisted' },
    ]);
    expect((await latestIds()).filter((id) => id !== null)).toHaveLength(2);
  });

  it('ignores the parameters of the platform', async () => {
    const { regions } = await run(
      '?regions=mena&x-vercel-set-bypass-cookie=true&x-vercel-new=&x-vercel-new=',
    );
    expect(regions).toMatchObject([{ regionId: 'mena', status: 'persisted' }]);
  });
});

describe('a dry run', () => {
  it('answers with 8 snapshots and writes nothing', async () => {
    const reply = await call('?dry-run=true');

    expect(reply.status).toBe(200);
    const { snapshots, ...report } = z
      .looseObject({ snapshots: z.array(AssessedSnapshotSchema) })
      .parse(JSON.parse(reply.text));
    expect(snapshots.map(({ region_id }) => region_id)).toEqual(REGION_IDS);
    expect(RunReportSchema.parse(report)).toMatchObject({
      dryRun: true,
      counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
      regions: [],
      redis: { requests: 1, commands: 1 },
    });
    expect(await stack.traces()).toEqual({ keys: [], commands: ['MGET'] });
  });

  it('shows what a run would store', async () => {
    const { snapshots } = JSON.parse((await call('?dry-run=true&regions=latam')).text);
    await run('?regions=latam');
    const [id] = await stack.harness.redis.zRange(keys.index('latam'), 0, -1);
    const stored = await stack.harness.redis.get(keys.snapshotById(id ?? ''));
    const { regime, pressure, evidence } = JSON.parse(stored ?? '');
    expect(snapshots).toMatchObject([{ regime, pressure, evidence }]);
  });
});

describe('a region whose commits fail', () => {
  it('fails alone, is reported with the reason, and is persisted by the next run at once', async () => {
    const schedule = stack.harness.setFaults([
      { match: { phase: 'commit', region: 'mena' }, fault: { kind: 'status', status: 500 } },
    ]);
    const reply = await call();

    expect(reply.status).toBe(500);
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    const report = reportIn(reply);
    expect(report.counts).toEqual({ persisted: 7, duplicate: 0, current: 0, inFlight: 0, failed: 1 });
    expect(report.regions[0]).toMatchObject({
      regionId: 'mena',
      status: 'failed',
      phase: 'commit',
      code: 'store-http-500',
      message: 'the store answered 500',
      stored: 'no',
    });
    expect(schedule.injected).toHaveLength(5);
    expect(await stack.harness.redis.keys(`${keys.dedup('mena', '*')}`)).toEqual([]);
    expect(await stack.harness.redis.get(keys.latest('mena'))).toBeNull();

    stack.harness.setFaults([]);
    const next = await call('?due=false');
    expect(next.status).toBe(200);
    const { counts, regions } = reportIn(next);
    expect(counts).toEqual({ persisted: 1, duplicate: 7, current: 0, inFlight: 0, failed: 0 });
    expect(regions[0]).toMatchObject({ regionId: 'mena', status: 'persisted', attempts: 2 });
  });
});

describe('what is due', () => {
  const CURRENT = { persisted: 0, duplicate: 0, current: 8, inFlight: 0, failed: 0 };

  it('is all that a call of the scheduler persists, and nothing costs one request', async () => {
    const first = await run();
    stack.harness.gateway.clear();
    const reply = await call();

    expect(reply.status).toBe(200);
    const { counts, regions, slot, inputs } = reportIn(reply);
    expect({ counts, slot, inputs }).toEqual({ counts: CURRENT, slot: first.slot, inputs: [] });
    expect(regions.map(({ snapshotId }) => snapshotId)).toEqual(
      first.regions.map(({ snapshotId }) => snapshotId),
    );
    expect(stack.harness.gateway.stats).toMatchObject({ requests: 1, commands: 1 });
  });

  it('is left to the query of whoever calls', async () => {
    await run();
    const byHand = { headers: AUTHORISED };
    expect(reportIn(await call('', byHand)).counts).toMatchObject({ duplicate: 8, current: 0 });
    expect(reportIn(await call('?due=true', byHand)).counts).toEqual(CURRENT);
    expect(reportIn(await call('?due=false')).counts).toMatchObject({ duplicate: 8, current: 0 });
    expect(reportIn(await call('?regions=mena,latam')).counts).toEqual({ ...CURRENT, current: 2 });
  });

  it('is what the tick before has left', async () => {
    await run('?regions=mena,latam');
    expect(await stack.harness.redis.exists([keys.summary, keys.seedMeta])).toBe(0);
    expect((await run()).counts).toEqual({ ...CURRENT, persisted: 6, current: 2 });

    // Together the two have stored all regions, and readers that watch the whole are told so.
    const [summary, seedMeta] = await stack.harness.redis.mGet([keys.summary, keys.seedMeta]);
    expect(JSON.parse(seedMeta ?? '')).toMatchObject({ recordCount: 8 });
    expect(JSON.parse(summary ?? '').regions).toHaveLength(8);
  });
});

describe('a call that is refused', () => {
  afterEach(async () => {
    expect(await stack.traces()).toEqual(UNTOUCHED);
    expect(stack.log.filter((line) => !line.includes('cron-refused'))).toEqual([]);
  });

  it.each(['DELETE', 'PUT', 'PATCH'])('by %s gets 405 and the methods that are allowed', async (method) => {
    const reply = await call('', { method });
    expect(problemIn(reply)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(reply.headers.allow).toBe('GET, POST');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no secret', {}],
    ['an empty secret', { authorization: 'Bearer ' }],
    ['a wrong secret', { authorization: 'Bearer wrong' }],
    ['the secret without the scheme', { authorization: CRON_SECRET }],
    ['a list of secrets', { authorization: `Bearer ${CRON_SECRET}, Bearer ${CRON_SECRET}` }],
    ['the secret in a second header', { authorization: ['Bearer wrong', `Bearer ${CRON_SECRET}`] }],
    ['the secret in a first header', { authorization: [`Bearer ${CRON_SECRET}`, 'Bearer wrong'] }],
    ['the secret in two headers', { authorization: [`Bearer ${CRON_SECRET}`, `Bearer ${CRON_SECRET}`] }],
  ])('with %s gets 401', async (_name, headers) => {
    const reply = await call('', { headers: { 'user-agent': 'vercel-cron/1.0', ...headers } });
    expect(problemIn(reply)).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['?regions=atlantis', 'regions.0'],
    ['?regions=mena,__proto__', 'regions.1'],
    ['?regions=mena,', 'regions.1'],
    ['?regions=', 'regions'],
    ['?regions=mena&regions=europe', 'regions'],
    ['?regions=%E0%A4%A', 'regions.0'],
    ['?regions', 'regions'],
    ['?due=1', 'due'],
    ['?due=', 'due'],
    ['?due=true&due=false', 'due'],
    ['?Due=true', 'Due'],
    ['?dry-run=1', 'dry-run'],
    ['?dry-run', 'dry-run'],
    ['?dry-run=', 'dry-run'],
    ['?dry-run=true&dry-run=true', 'dry-run'],
    ['?dry_run=true', 'dry_run'],
    ['?dryrun=true', 'dryrun'],
    ['?dryRun=true', 'dryRun'],
    ['?dry-run%20=true', 'dry-run '],
    ['?force=true', 'force'],
    ['?region=mena', 'region'],
    ['?id=mena', 'id'],
    ['?__proto__=latam', '__proto__'],
    ['?constructor=1', 'constructor'],
    ['?%zz=1', '%zz'],
    ['?=1', ''],
  ])('with the query %s gets 400, which names the parameter', async (query, at) => {
    const problem = problemIn(await call(query));
    expect(problem).toMatchObject({ status: 400, code: 'bad-request', detail: 'the query is not valid' });
    expect(problem.errors).toMatchObject([{ at }]);
  });
});
