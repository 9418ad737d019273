import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { createRunner } from '../../lib/runs/run.js';
import { phaseOf, touchesRegion } from '../../local/upstash/command-traits.js';
import { deliverAnswer } from '../../local/upstash/intercept.js';
import type { GatewayRequest } from '../../local/upstash/request.js';
import { sourceOf } from './suite/play-run.js';
import { type Stage, startStage } from './suite/stage.js';

const VICTIM = 'mena';
const OTHERS = REGION_IDS.filter((id) => id !== VICTIM);
const OF_OTHERS = OTHERS.flatMap((id) => [`claim of ${id}`, `commit of ${id}`]);

/** What was executed of the eight lanes, as `commit of mena`, in order. */
const executed: string[] = [];
/** Waits for all that the others have to do, however long that takes. */
let othersAreDone: Promise<void>;
let othersDidOne: () => void;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ wait: () => othersAreDone });
});
beforeEach(async () => {
  await stage.clear();
  executed.length = 0;
  othersAreDone = new Promise((resolve) => {
    othersDidOne = () => {
      if (OF_OTHERS.every((what) => executed.includes(what))) resolve();
    };
  });
});
afterAll(() => stage.close());

function whatOf({ commands: [command] }: GatewayRequest): string {
  const phase = command && phaseOf(command);
  if (command === undefined || (phase !== 'claim' && phase !== 'commit')) return 'something else';
  return `${phase} of ${REGION_IDS.find((id) => touchesRegion(command, id))}`;
}

/**
 * Invariant 7, its second half: one region's faults do not change how long another takes. The slow region's request is
 * answered when the seven others have done all that they have to do. If one of them waited for it, the slow request would
 * run into its timeout and be sent again: more attempts than two.
 *
 * Found out when: `persist` awaits its lanes one by one.
 */
it.each(['claim', 'commit'])('a slow %s of one region holds up no other', async (phase) => {
  const slow = `${phase} of ${VICTIM}`;
  stage.setIntercept((request) => {
    const what = whatOf(request);
    return {
      execute: true,
      ...(what === slow ? { delayMs: 1 } : {}),
      deliver(answer) {
        executed.push(what);
        othersDidOne();
        return deliverAnswer(answer);
      },
    };
  });
  const { url, token } = stage.gateway;
  const store = createStore({ url, token, namespace: stage.namespace });
  const runner = createRunner({ store, environment: 'test', budgetMs: 60_000 });

  const { report } = await runner.run({
    source: sourceOf(0),
    regionIds: REGION_IDS,
    trigger: 'cron',
    dryRun: false,
  });

  expect(executed.slice(0, executed.indexOf(slow))).toEqual(expect.arrayContaining(OF_OTHERS));
  expect(report.regions.map(({ status, attempts }) => [status, attempts])).toEqual(
    REGION_IDS.map(() => ['persisted', 2]),
  );
});
