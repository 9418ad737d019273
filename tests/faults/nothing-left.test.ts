import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { createRunner, type RunRequest } from '../../lib/runs/run.js';
import type { Source } from '../../lib/runs/source.js';
import type { Fault, FaultRule } from '../../local/upstash/fault-rules.js';
import { createFaultSchedule } from '../../local/upstash/faults.js';
import { sourceOf } from './suite/play-run.js';
import { createRunRecorder } from './suite/run-recorder.js';
import { type Stage, startStage } from './suite/stage.js';
import { timersLeftBy } from './suite/timers-of.js';

const BUDGET_MS = 900;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

async function run(rules: readonly FaultRule[], source: Source = sourceOf(0)) {
  stage.setIntercept(createFaultSchedule(rules).intercept);
  const { transport, inFlight } = createRunRecorder();
  const { url, token } = stage.gateway;
  const store = createStore({
    url,
    token,
    namespace: stage.namespace,
    transport,
    requestTimeoutMs: 300,
  });
  const runner = createRunner({ store, environment: 'test', budgetMs: BUDGET_MS, summarise });
  const request: RunRequest = { source, regionIds: REGION_IDS, trigger: 'cron', dryRun: false };
  const { result, timersLeft } = await timersLeftBy(() => runner.run(request));
  return { report: result.report, timersLeft, requestsLeft: inFlight() };
}

const wholeOf = (fault: Fault): FaultRule[] => [{ match: {}, fault }];
const commitsOf = (fault: Fault): FaultRule[] => [{ match: { phase: 'commit' }, fault }];

/**
 * Invariant 8, its second half: no timer, no request and no connection that would keep the process alive is left of a
 * run after it has answered. (Connections idle for some seconds, for the next run, and hold nothing back.)
 *
 * Found out when: `withTimeout` does not clear its timer. (Those of the deadline hold no process back, closed or not.)
 */
describe('after its answer a run leaves no timer and no request', () => {
  it.each<[string, FaultRule[]]>([
    ['undisturbed', []],
    ['against a store that hangs', wholeOf({ kind: 'hang' })],
    ['against a store that drops every connection', wholeOf({ kind: 'drop-before' })],
    ['against a store that answers 500', wholeOf({ kind: 'status', status: 500 })],
    ['when commits hang', commitsOf({ kind: 'hang' })],
    ['when answers to commits are lost', commitsOf({ kind: 'drop-after' })],
    [
      'when it is asked to wait longer than it has',
      commitsOf({
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '3600' },
      }),
    ],
    ['when commits break off in the middle', commitsOf({ kind: 'truncate', abrupt: true })],
  ])('%s', async (_, rules) => {
    const { report, timersLeft, requestsLeft } = await run(rules);

    expect(report.regions).toHaveLength(REGION_IDS.length);
    expect({ timersLeft, requestsLeft }).toEqual({ timersLeft: 0, requestsLeft: 0 });
  });

  it('when its source never answers', async () => {
    const { report, timersLeft, requestsLeft } = await run([], {
      collect: () => new Promise(() => undefined),
    });

    expect(report.regions.map((region) => region.status === 'failed' && region.code)).toEqual(
      REGION_IDS.map(() => 'collect-deadline'),
    );
    expect({ timersLeft, requestsLeft }).toEqual({ timersLeft: 0, requestsLeft: 0 });
  });
});
