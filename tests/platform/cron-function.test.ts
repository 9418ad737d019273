import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { callCron } from '../../local/cron.js';
import { type SampleFeeds, startSampleFeeds } from '../../local/feeds/server.js';
import { expireClaims } from '../faults/suite/leases.js';
import { type Stage, startStage } from '../faults/suite/stage.js';
import { interceptAt, type KillPoint } from '../kill/support/kill-point.js';
import { startFunctionServer } from './support/function-server.js';

const CRON = '/api/cron/persist-regions';
const SECRET = 'a-secret-for-this-test';
/** A run that finds claims held waits for them as long as its budget allows. */
const BUDGET_MS = 5_000;

/** All regions are claimed, and none is stored. */
const BETWEEN_CLAIMS_AND_COMMITS: KillPoint = {
  name: 'between all claims and all commits',
  phase: 'commit',
  nth: REGION_IDS.length,
  when: 'answered',
  faults: [{ match: { phase: 'commit' }, fault: { kind: 'hang' } }],
};

let stage: Stage;
let feeds: SampleFeeds;
beforeEach(async () => {
  [stage, feeds] = await Promise.all([startStage(), startSampleFeeds()]);
});
afterEach(async () => {
  await Promise.all([stage.close(), feeds.close()]);
});

/** The cron function in Vercel's runtime, in front of the stage's Redis. */
async function startCronFunction() {
  const server = await startFunctionServer(`${CRON.slice(1)}.ts`, {
    CRON_SECRET: SECRET,
    KEY_NAMESPACE: stage.namespace,
    RUN_BUDGET_MS: `${BUDGET_MS}`,
    UPSTASH_REDIS_REST_URL: stage.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: stage.gateway.token,
    ...feeds.urls,
  });
  onTestFinished(server.kill);
  const call = (secret = SECRET) => callCron({ url: server.url + CRON, secret, schedule: '0 0 * * *' });
  return {
    kill: server.kill,
    call,
    async statuses() {
      const { regions } = RunReportSchema.parse(JSON.parse((await call()).body));
      return regions.map(({ status }) => status);
    },
  };
}

const all = (status: string) => REGION_IDS.map(() => status);

it('persists every region when it is called as the cron calls it, and nothing without the secret', async () => {
  const cron = await startCronFunction();

  expect(await cron.call('another secret')).toMatchObject({ status: 401 });
  expect(stage.gateway.stats.requests).toBe(0);
  expect(await cron.statuses()).toEqual(all('persisted'));
  expect(await stage.redis.mGet(REGION_IDS.map(stage.keys.latest))).not.toContain(null);
});

it('heals after its process was killed in the middle of a run', async () => {
  const { intercept, reached } = interceptAt(BETWEEN_CLAIMS_AND_COMMITS);
  stage.setIntercept(intercept);
  const first = await startCronFunction();
  const broken = expect(first.call()).rejects.toThrow();
  await reached;
  await first.kill();
  await broken;

  stage.setIntercept(() => undefined);
  const second = await startCronFunction();
  expect(await second.statuses()).toEqual(all('in-flight'));
  await expireClaims(stage.redis, stage.keys, BUDGET_MS);
  expect(await second.statuses()).toEqual(all('persisted'));
  expect(await stage.redis.mGet(REGION_IDS.map(stage.keys.latest))).not.toContain(null);
});
