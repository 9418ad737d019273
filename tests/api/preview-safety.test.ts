import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../storage/page.js';
import { type ApiStack, AUTHORISED, problemIn, reportIn, startApiStack } from '../support/api-stack.js';
import { listFunctions } from '../support/function-files.js';
import { keysInCommand } from '../support/keys-in-command.js';
import type { Call } from '../support/serve-handler.js';
import { makeSnapshot } from '../support/snapshots.js';

const COMMIT = 'abcdef1234567890abcdef1234567890abcdef12';
const PREFIX = 'preview:abcdef12:';
const DAY_MS = 86_400_000;
const CRON = '/api/cron/persist-regions';
const PUSHED = makeSnapshot('latam', { id: 'pushed' });

const run = (query = '', method = 'GET'): Call => ({ path: CRON + query, method, headers: AUTHORISED });
const push = (...snapshots: unknown[]): Call => ({
  path: '/api/snapshots',
  method: 'POST',
  headers: { ...AUTHORISED, 'content-type': 'application/json' },
  body: JSON.stringify({ snapshots }),
});

/** Calls of every function, by its file, which together do everything that it can do to the store. */
const CALLS: Readonly<Record<string, readonly Call[]>> = {
  'api/cron/persist-regions.ts': [run('?dry-run=true'), run(), run('', 'POST'), run('?regions=mena,europe')],
  'api/snapshots.ts': [push(PUSHED), push(PUSHED, makeSnapshot('mena', { id: 'second' }))],
  'api/regions.ts': [{ path: '/api/regions' }],
  'api/regions/[id].ts': [{ path: '/api/regions/latam' }, { path: '/api/regions/atlantis' }],
  'api/regions/[id]/history.ts': [{ path: '/api/regions/latam/history?limit=1' }],
  'api/snapshots/[id].ts': [{ path: '/api/snapshots/pushed' }, { path: '/api/snapshots/canary' }],
  'api/runs.ts': [{ path: '/api/runs' }],
  'api/health.ts': [{ path: '/api/health' }],
};
const ROUTES = Object.entries(CALLS);

it('calls every function', async () => {
  expect(Object.keys(CALLS).toSorted()).toEqual(await listFunctions());
});

describe('a preview', () => {
  const CANARY = 'of production';
  /** Keys that a preview would come across if it looked outside its own. */
  const OTHERS = ['', 'preview:00000000:', 'development:'].flatMap((namespace) =>
    [
      'snapshot:v1:latam:latest',
      'snapshot-head:v1:latam',
      'snapshot-by-id:v1:canary',
      'snapshot-runs:v1',
    ].map((name) => `${namespace}intelligence:${name}`),
  );

  let stack: ApiStack;
  const answers: string[] = [];
  beforeAll(async () => {
    stack = await startApiStack({
      VERCEL_ENV: 'preview',
      VERCEL_GIT_COMMIT_SHA: COMMIT,
      KEY_NAMESPACE: undefined,
      // A run that finds a claim held waits for it as long as it may.
      RUN_BUDGET_MS: '4000',
    });
    for (const key of OTHERS) await stack.harness.redis.set(key, CANARY);
  });
  afterAll(() => stack.close());

  const commands = () => stack.harness.gateway.requests.flatMap((request) => request.commands);
  /** Keys that are not the preview's own and were used since the log was cleared. */
  const strayed = () =>
    commands()
      .flatMap(keysInCommand)
      .filter((key) => !key.startsWith(PREFIX));

  it.each(ROUTES)('%s uses only its own keys', async (_, calls) => {
    stack.harness.gateway.clear();

    for (const call of calls) answers.push((await stack.call(call)).text);

    expect(commands()).not.toEqual([]);
    expect(strayed()).toEqual([]);
  });

  it('uses only its own keys when a commit fails, whether or not its claim is released', async () => {
    const failing = { kind: 'status', status: 400 } as const;
    stack.harness.gateway.clear();

    stack.harness.setFaults([{ match: { phase: 'commit' }, fault: failing }]);
    const released = reportIn(await stack.call(push(makeSnapshot('global', { content: 'released' }))));
    stack.harness.setFaults([
      { match: { phase: 'commit' }, fault: failing },
      { match: { phase: 'settle' }, fault: failing },
    ]);
    const held = makeSnapshot('global', { content: 'held' });
    const unheard = reportIn(await stack.call(push(held)));
    stack.harness.setFaults([]);
    const turnedAway = reportIn(await stack.call(push(held)));

    expect([released, unheard, turnedAway].map(({ regions }) => regions[0])).toMatchObject([
      { status: 'failed', stored: 'no' },
      { status: 'failed', stored: 'unknown' },
      { status: 'in-flight' },
    ]);
    expect(strayed()).toEqual([]);
  });

  async function listStored(): Promise<string[]> {
    const stored = new Set<string>();
    for await (const names of stack.harness.redis.scanIterator()) for (const name of names) stored.add(name);
    return [...stored].filter((key) => !OTHERS.includes(key));
  }

  it('leaves nothing outside its prefix, and nothing that lives longer than a day', async () => {
    const stored = await listStored();
    const lifetimes = await Promise.all(stored.map((key) => stack.harness.redis.pTTL(key)));

    expect(stored.filter((key) => !key.startsWith(PREFIX))).toEqual([]);
    expect(Math.min(...lifetimes)).toBeGreaterThan(0);
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(DAY_MS);
  });

  it('leaves every key of docs/storage.md, and no other', async () => {
    const page = await readPage();
    // A history begins with the first change of a regime, of which there was none.
    const kept = page.keys.filter(({ name }) => name !== 'regime history');
    const expressions = kept.map(({ pattern }) => page.matcher(pattern, PREFIX));
    const stored = await listStored();

    expect(stored.filter((key) => !expressions.some((names) => names.test(key)))).toEqual([]);
    expect(expressions.filter((names) => !stored.some((key) => names.test(key)))).toEqual([]);
  });

  it('leaves the keys of others unchanged, and reveals nothing of them', async () => {
    const { redis } = stack.harness;

    expect(await redis.mGet(OTHERS)).toEqual(OTHERS.map(() => CANARY));
    expect(await Promise.all(OTHERS.map((key) => redis.pTTL(key)))).toEqual(OTHERS.map(() => -1));
    expect(answers.join('\n')).not.toContain(CANARY);
  });
});

describe('a production deployment with the namespace of a preview', () => {
  let stack: ApiStack;
  beforeAll(async () => {
    stack = await startApiStack({ VERCEL_ENV: 'production', KEY_NAMESPACE: PREFIX });
  });
  afterAll(() => stack.close());

  it.each(ROUTES)('refuses to start %s', async (_, calls) => {
    for (const call of calls) {
      const problem = problemIn(await stack.call(call));
      expect(problem).toMatchObject({
        status: 500,
        code: 'misconfigured',
        errors: [{ at: 'KEY_NAMESPACE' }],
      });
      expect(problem.detail).toContain('KEY_NAMESPACE');
    }
  });

  it('sends nothing to the store', () => {
    expect(stack.harness.gateway.stats).toMatchObject({ requests: 0, connections: 0 });
  });
});
