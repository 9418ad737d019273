import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemIn } from '../support/api-stack.js';
import { persist } from '../support/persist.js';
import { callHandler } from '../support/serve-handler.js';
import { makeSnapshot } from '../support/snapshots.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

const READ_TOKEN = 'read-token-7f3a';
const AUTHORISED = { authorization: `Bearer ${READ_TOKEN}` };
const ID = 'abc-123';

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
  // A function reads its environment once, when it is loaded: hence the imports below.
  vi.stubEnv('UPSTASH_REDIS_REST_URL', harness.gateway.url);
  vi.stubEnv('UPSTASH_REDIS_REST_TOKEN', harness.gateway.token);
  vi.stubEnv('KEY_NAMESPACE', NAMESPACE);
  vi.stubEnv('CRON_SECRET', 'cron-secret-7f3a');
  vi.stubEnv('READ_TOKEN', READ_TOKEN);
  await persist(harness, [makeSnapshot('mena', { id: ID })]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await harness.close();
});

const LOCKED = [
  ['/api/regions', () => import('../../api/regions.js'), ''],
  ['/api/regions/[id]', () => import('../../api/regions/[id].js'), '?id=mena'],
  ['/api/regions/[id]/history', () => import('../../api/regions/[id]/history.js'), '?id=mena'],
  ['/api/snapshots/[id]', () => import('../../api/snapshots/[id].js'), `?id=${ID}`],
  ['/api/runs', () => import('../../api/runs.js'), ''],
] as const;

describe.each(LOCKED)('%s with READ_TOKEN set', (_, load, query) => {
  it('answers whoever sends the token, and lets nobody keep the answer', async () => {
    const { default: handler } = await load();

    const reply = await callHandler(handler, { path: `/${query}`, headers: AUTHORISED });

    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } });
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['the cron secret', { authorization: 'Bearer cron-secret-7f3a' }],
  ])('answers 401 to who sends %s, without asking the store', async (_what, headers) => {
    const { default: handler } = await load();
    harness.gateway.clear();

    const reply = await callHandler(handler, { path: `/${query}`, headers });

    expect(problemIn(reply)).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(harness.gateway.stats.requests).toBe(0);
  });
});

describe('/api/snapshots/[id] with READ_TOKEN set', () => {
  it('lets nobody keep a 304 either', async () => {
    const { default: handler } = await import('../../api/snapshots/[id].js');

    const headers = { ...AUTHORISED, 'if-none-match': '*' };
    const reply = await callHandler(handler, { path: `/?id=${ID}`, headers });

    expect(reply).toMatchObject({ status: 304, text: '', headers: { 'cache-control': 'private, no-store' } });
  });
});

describe('/api/health with READ_TOKEN set', () => {
  it('stays open, and is never cached', async () => {
    const { default: handler } = await import('../../api/health.js');

    const reply = await callHandler(handler);

    expect(reply).toMatchObject({ status: 503, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(reply.text)).toMatchObject({ status: 'stale' });
  });
});
