import { expect, it, onTestFinished, vi } from 'vitest';
import { DEFAULT_BUDGET_MS } from '../../lib/config.js';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { RunReportSchema } from '../../lib/runs/report.js';
import { callCron } from '../../local/cron.js';
import { startSampleFeeds } from '../../local/feeds/server.js';
import { startFunctions } from '../../local/functions/functions.js';
import { functionEnv, PROJECT_ROOT } from '../../local/stack.js';
import { expireClaims } from '../faults/suite/leases.js';
import { type Stage, startStage } from '../faults/suite/stage.js';
import { interceptAt, type KillPoint } from './support/kill-point.js';

vi.setConfig({ testTimeout: 180_000 });

const CRON = '/api/cron/persist-regions';
const SECRET = 'a-secret-for-this-test';

/** All regions are claimed, and none is stored. */
const BETWEEN_CLAIMS_AND_COMMITS: KillPoint = {
  name: 'between all claims and all commits',
  phase: 'commit',
  nth: REGION_IDS.length,
  when: 'answered',
  faults: [{ match: { phase: 'commit' }, fault: { kind: 'hang' } }],
};

/** The functions as Vercel runs them, in front of the stage's Redis. */
async function startFunctionsOn(stage: Stage) {
  const feeds = await startSampleFeeds();
  onTestFinished(() => feeds.close());
  const env = { KEY_NAMESPACE: stage.namespace };
  const functions = await startFunctions({
    root: PROJECT_ROOT,
    env: functionEnv({ env, gateway: stage.gateway, feeds, cronSecret: SECRET }),
    onLog: () => undefined,
  });
  onTestFinished(() => functions.close());
  return functions;
}

it('heals after the process of the function was killed in the middle of a run', async () => {
  const stage = await startStage();
  onTestFinished(() => stage.close());
  const functions = await startFunctionsOn(stage);
  const call = () => callCron({ url: functions.url + CRON, secret: SECRET, schedule: '0 0 * * *' });
  const statuses = async () => {
    const { regions } = RunReportSchema.parse(JSON.parse((await call()).body));
    return regions.map(({ status }) => status);
  };
  const all = (status: string) => REGION_IDS.map(() => status);
  await functions.warm(CRON);
  const [pid = 0] = functions.pids().values();

  const { intercept, reached } = interceptAt(BETWEEN_CLAIMS_AND_COMMITS);
  stage.setIntercept(intercept);
  const broken = call();
  await reached;
  process.kill(pid, 'SIGKILL');

  // The platform answers for a function that cannot.
  expect((await broken).status).toBeGreaterThanOrEqual(500);
  stage.setIntercept(() => undefined);
  expect(await statuses()).toEqual(all('in-flight'));
  await expireClaims(stage.redis, stage.keys, DEFAULT_BUDGET_MS);
  expect(await statuses()).toEqual(all('persisted'));
  expect(await stage.redis.mGet(REGION_IDS.map(stage.keys.latest))).not.toContain(null);
});
