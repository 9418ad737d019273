import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { type ApiStack, AUTHORISED, reportIn, startApiStack } from '../../support/api-stack.js';

const PATH = '/api/cron/persist-regions';

/** Small, but a tenth of it is still enough to settle on a busy machine. */
const BUDGET_MS = 4_000;
const COMMITS = { match: { phase: 'commit' } } as const;

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ RUN_BUDGET_MS: String(BUDGET_MS) });
  // The first run loads and compiles code, which must not use up the budget of a test.
  stack.harness.setFaults([{ ...COMMITS, fault: { kind: 'slot-error', error: 'OOM' } }]);
  await run();
});
beforeEach(() => stack.reset());
afterAll(() => stack.close());

const run = () => stack.call({ path: PATH, headers: AUTHORISED });

describe('a run with a small budget', () => {
  it('answers with 8 failed regions when the store hangs', async () => {
    stack.harness.setFaults([{ fault: { kind: 'hang' } }]);

    const reply = await run();

    expect(reply.status).toBe(500);
    const { budgetMs, counts, regions, inputs } = reportIn(reply);
    expect({ budgetMs, counts }).toEqual({
      budgetMs: BUDGET_MS,
      counts: { persisted: 0, duplicate: 0, current: 0, inFlight: 0, failed: 8 },
    });
    expect(regions).toMatchObject(
      REGION_IDS.map((regionId) => ({ regionId, phase: 'collect', code: 'deadline', stored: 'no' })),
    );
    expect(inputs.every(({ status }) => status === 'ok')).toBe(true);
    expect(await stack.harness.redis.keys('*')).toEqual([]);
  });

  it('answers with 8 failed regions and gives up their claims when the commits hang', async () => {
    const schedule = stack.harness.setFaults([{ ...COMMITS, fault: { kind: 'hang' } }]);

    const reply = await run();

    expect(reply.status).toBe(500);
    expect(reportIn(reply).regions).toMatchObject(
      REGION_IDS.map((regionId) => ({ regionId, phase: 'commit', code: 'deadline', stored: 'no' })),
    );
    expect(schedule.injected).toHaveLength(8);
    const { keys } = await stack.traces();
    expect(keys.filter((key) => key.includes('dedup:') || key.includes('snapshot-by-id:'))).toEqual([]);
  });

  it('persists everything once the store has recovered', async () => {
    const reply = await run();
    expect(reply.status).toBe(200);
    expect(reportIn(reply).counts.persisted).toBe(8);
  });
});
