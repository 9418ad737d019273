import { afterAll, beforeAll, expect, it } from 'vitest';
import { AssessedSnapshotSchema } from '../../lib/hazards/snapshot.js';
import { type ApiStack, AUTHORISED, reportIn, startApiStack } from '../support/api-stack.js';
import { askedBy, quiet, recent } from './support/cron-world.js';
import { featureCollection, type Served, serve } from './support/serve.js';

const ANSWER_MS = 20_000;
const BUDGET_MS = 59_000;

let served: Served;
let stack: ApiStack;
beforeAll(async () => {
  served = await serve((request, response) => {
    const asked = askedBy(request.url);
    if (asked.feed !== 'gdacs' || asked.type !== 'TC') return quiet(asked)(response);
    const rows = asked.isGreen ? [] : [recent({ alertlevel: 'Red' })];
    setTimeout(() => response.end(JSON.stringify(featureCollection(rows))), ANSWER_MS);
  });
  const { origin } = new URL(served.url);
  stack = await startApiStack({
    GDACS_URL: `${origin}/gdacs`,
    // No second door: what is heard is what the search says.
    GDACS_RSS_URL: undefined,
    USGS_URL: `${origin}/usgs`,
    RUN_BUDGET_MS: `${BUDGET_MS}`,
  });
});
afterAll(async () => {
  await stack.close();
  await served[Symbol.asyncDispose]();
});

/** The entry of odd-feeds.json that needs its time: the answer takes 20 s, the budget is 59 s. */
it('hears a search that takes 20 seconds, in one attempt', async () => {
  const reply = await stack.call({ path: '/api/cron/persist-regions', headers: AUTHORISED });

  const { inputs, counts, durationMs } = reportIn(reply);
  expect([reply.status, counts.persisted]).toEqual([200, 8]);
  expect(durationMs).toBeGreaterThanOrEqual(ANSWER_MS);
  expect(inputs.map(({ input, status }) => [input, status])).toContainEqual(['gdacs-tc', 'ok']);
  const cyclones = served.requests.filter((url) => url.includes('eventlist=TC'));
  expect(cyclones).toHaveLength(2);
  const latest = await stack.call({ path: '/api/regions/east-asia' });
  expect(AssessedSnapshotSchema.parse(JSON.parse(latest.text))).toMatchObject({
    regime: { label: 'emergency' },
    pressure: { score: 1 },
    meta: { snapshot_confidence: 1, held_inputs: [] },
  });
}, 60_000);
