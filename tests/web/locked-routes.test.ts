import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiStack, problemIn, startApiStack } from '../support/api-stack.js';
import { persist } from '../support/persist.js';
import { makeSnapshot } from '../support/snapshots.js';

const READ_TOKEN = 'read-token-7f3a';
const AUTHORISED = { authorization: `Bearer ${READ_TOKEN}` };
const ID = 'abc-123';

let stack: ApiStack;
beforeAll(async () => {
  stack = await startApiStack({ READ_TOKEN });
  await persist(stack.harness, [makeSnapshot('mena', { id: ID })]);
});
afterAll(() => stack.close());

const LOCKED = [
  '/api/regions',
  '/api/regions/mena',
  '/api/regions/mena/history',
  `/api/snapshots/${ID}`,
  '/api/runs',
];

describe.each(LOCKED)('%s with READ_TOKEN set', (path) => {
  it.each(['Bearer', 'bearer'])(
    'answers a caller with the token (%s), and forbids caching',
    async (scheme) => {
      const reply = await stack.call({ path, headers: { authorization: `${scheme} ${READ_TOKEN}` } });

      expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } });
    },
  );

  it.each<[string, Record<string, string | string[]>]>([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['the cron secret', { authorization: 'Bearer cron-secret-7f3a' }],
    ['the token twice', { authorization: [AUTHORISED.authorization, AUTHORISED.authorization] }],
  ])('answers 401 to a caller with %s, without asking the store', async (_what, headers) => {
    stack.harness.gateway.clear();

    const reply = await stack.call({ path, headers });

    expect(problemIn(reply)).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(stack.harness.gateway.stats.requests).toBe(0);
  });

  it('checks the query only of a caller with the token', async () => {
    expect((await stack.call({ path: `${path}?x=1` })).status).toBe(401);
    expect((await stack.call({ path: `${path}?x=1`, headers: AUTHORISED })).status).toBe(400);
  });
});

describe('/api/snapshots/{id} with READ_TOKEN set', () => {
  it('forbids caching a 304 too', async () => {
    const headers = { ...AUTHORISED, 'if-none-match': '*' };
    const reply = await stack.call({ path: `/api/snapshots/${ID}`, headers });

    expect(reply).toMatchObject({ status: 304, text: '', headers: { 'cache-control': 'private, no-store' } });
  });
});

describe('/api/health with READ_TOKEN set', () => {
  it('stays open, and is kept by shared caches for ten seconds', async () => {
    const reply = await stack.call({ path: '/api/health' });

    const headers = { 'cache-control': 'public, max-age=0, s-maxage=10' };
    expect(reply).toMatchObject({ status: 503, headers });
    expect(JSON.parse(reply.text)).toMatchObject({ status: 'stale' });
  });
});
