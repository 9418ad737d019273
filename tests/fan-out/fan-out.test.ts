import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeys } from '../../lib/persister/upstash/keys.js';
import { listenOnLoopback } from '../../local/listen.js';
import { createClosers } from '../../local/stack.js';
import { type Stage, startStage } from '../faults/suite/stage.js';
import { interceptAt, type KillPoint } from '../kill/support/kill-point.js';
import { type Deployment, startDeployment } from './deployment.js';

const SECRET = 'a-secret-for-this-test';
const SHARDS = 40;
const ENTITIES = SHARDS * 250;
const SLOT_MS = 15 * 60_000;
/** Everything that this file waits for happens within this time, or fails. */
const PATIENCE_MS = 280_000;

/** Some of a shard is stored, its function does not know it yet, and the rest is claimed. */
const AMID_COMMITS: KillPoint = { name: 'amid commits', phase: 'commit', nth: 5, when: 'executed' };

const keys = createKeys('stock:');
const closers = createClosers();
const alerts: string[] = [];
let stage: Stage;
let deployment: Deployment;
beforeAll(async () => {
  stage = await startStage();
  closers.add(() => stage.close());
  deployment = await startDeployment({
    CRON_SECRET: SECRET,
    ENTITIES: `${ENTITIES}`,
    // Each call of a function starts a process here, which takes about a second of CPU.
    SHARDS_PER_SECOND: '0.25',
    ALERT_WEBHOOK_URL: await startWebhook(),
    UPSTASH_REDIS_REST_URL: stage.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: stage.gateway.token,
  });
  closers.add(() => deployment.close());
});
afterAll(() => closers.closeAll());

it('compiles with the package as it is published', async () => {
  expect(await deployment.compile()).toBe('');
});

it('sends nothing without the secret', async () => {
  expect((await deployment.fanOut('another secret')).status).toBe(401);
  expect(deployment.output()).not.toContain('Message sent');
});

it('stores each of 10,000 entities exactly once: called twice, killed amid a shard, one message delivered twice', {
  timeout: PATIENCE_MS,
}, async () => {
  await untilSlotHasRoom();
  const poison = { at: Date.now(), first: ENTITIES, last: ENTITIES + 249 };
  await Promise.all([deployment.send(poison), deployment.send({ entities: ['all'] })]);
  const { intercept, reached } = interceptAt(AMID_COMMITS);
  stage.setIntercept(intercept);

  const answers = await Promise.all([deployment.fanOut(SECRET), deployment.fanOut(SECRET)]);
  for (const answer of answers) expect(await answer.json()).toEqual({ shards: SHARDS, failed: 0 });
  await reached;
  expect(await deployment.killFunctions()).toBeGreaterThan(0);
  stage.setIntercept(() => undefined);
  await deployment.send({ at: Date.now(), first: 0, last: 249 });

  const stored = () => deployment.events('shard-stored');
  await until(() => new Set(stored().map(({ messageId }) => messageId)).size === SHARDS + 1);
  expect(new Set(stored().map(({ first }) => first)).size).toBe(SHARDS);
  expect(stored().some(({ deliveries }) => Number(deliveries) > 1)).toBe(true);
  await expectEachStoredOnce();
});

it('gives up what can never be stored, after five deliveries, and reports it', {
  timeout: PATIENCE_MS,
}, async () => {
  const givenUp = () => deployment.events('shard-given-up');
  await until(() => givenUp().length === 2 && alerts.length === 2);

  expect(givenUp()).toMatchObject([
    { reason: 'not a shard' },
    { first: ENTITIES, deliveries: 5, counts: { RangeError: 1 } },
  ]);
  expect(alerts.map((alert) => JSON.parse(alert))).toMatchObject([
    { text: expect.stringContaining('not a shard'), content: expect.any(String) },
    { text: expect.stringContaining('RangeError'), first: ENTITIES, deliveries: 5 },
  ]);
});

async function expectEachStoredOnce(): Promise<void> {
  const { redis } = stage;
  const entities = Array.from({ length: ENTITIES }, (_, key) => `warehouse-${key}`);
  const sizes = await Promise.all(entities.map((entity) => redis.zCard(keys.index(entity))));
  expect(sizes.filter((size) => size !== 1)).toEqual([]);
  const latest = await redis.mGet(entities.map(keys.latest));
  expect(new Set(latest).size).toBe(ENTITIES);
  const snapshots = await redis.keys(keys.snapshotById('*'));
  expect(new Set(snapshots)).toEqual(new Set(latest.map((id) => keys.snapshotById(id ?? ''))));
}

/** Takes alerts, on loopback. @returns its URL */
async function startWebhook(): Promise<string> {
  const server = createServer(async (request, response) => {
    alerts.push(await text(request));
    response.end();
  });
  const port = await listenOnLoopback(server);
  closers.add(() => once(server.close(), 'close'));
  return `http://127.0.0.1:${port}`;
}

/** Two calls of the cron route are one run only in the same slot. */
async function untilSlotHasRoom(): Promise<void> {
  const left = SLOT_MS - (Date.now() % SLOT_MS);
  if (left < 30_000) await sleep(left);
}

/** The queue is another process: there is nothing to wait for but what it has done. The test's timeout ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(100);
}
