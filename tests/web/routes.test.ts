import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { composeRunner } from '../../lib/compose.js';
import type { Source } from '../../lib/runs/source.js';
import { createRoutes, type Routes } from '../../lib/web/index.js';
import { createOpenApiDocument } from '../../lib/web/openapi/document.js';
import { createHandler } from '../../lib/web/route.js';
import { createRunRoute } from '../../lib/web/routes.js';
import { AUTHORISED, CRON_SECRET, problemIn, reportIn } from '../support/api-stack.js';
import { persist } from '../support/persist.js';
import { type Call, callHandler } from '../support/serve-handler.js';
import { makeSnapshot, NOW } from '../support/snapshots.js';
import { NAMESPACE, type StoreHarness, startStoreHarness } from '../support/store-harness.js';

let harness: StoreHarness;
/** Feeds are at an address where nobody answers. */
let env: Record<string, string>;
beforeAll(async () => {
  harness = await startStoreHarness();
  env = {
    UPSTASH_REDIS_REST_URL: harness.gateway.url,
    UPSTASH_REDIS_REST_TOKEN: harness.gateway.token,
    KEY_NAMESPACE: NAMESPACE,
    CRON_SECRET,
    GDACS_URL: 'http://127.0.0.1:9/',
    USGS_URL: 'http://127.0.0.1:9/',
  };
});
afterEach(() => harness.reset());
afterAll(() => harness.close());

/** Two snapshots of one region. */
const storeTwo = () =>
  persist(harness, [
    makeSnapshot('mena', { id: 'older', content: 1, generatedAt: NOW - 2 }),
    makeSnapshot('mena', { id: 'newer', content: 2, generatedAt: NOW - 1 }),
  ]);

/** Each route by its name, with its path below the base path. */
const CALLS: [Exclude<keyof Routes, 'fetch' | 'paths'>, Call & { path: string }][] = [
  ['run', { path: '/cron/persist-regions' }],
  ['push', { path: '/snapshots', method: 'POST', body: '{', headers: AUTHORISED }],
  ['regions', { path: '/regions' }],
  ['latest', { path: '/regions/mena' }],
  ['history', { path: '/regions/mena/history?limit=1' }],
  ['snapshot', { path: '/snapshots/older' }],
  ['runs', { path: '/runs' }],
  ['health', { path: '/health?x=1' }],
];

describe('createRoutes', () => {
  it('has a handler for every path of the OpenAPI document', () => {
    const { paths } = createOpenApiDocument('0.0.0');
    expect(createRoutes({ env }).paths.toSorted()).toEqual(Object.keys(Object(paths)).toSorted());
    expect(CALLS).toHaveLength(createRoutes({ env }).paths.length);
  });

  it.each(CALLS)('finds %s by its path', async (name, call) => {
    await storeTwo();
    const routes = createRoutes({ env });
    const direct = await callHandler(routes[name], { ...call, path: `/api${call.path}` });

    expect(direct.status).not.toBe(404);
    expect(await callHandler(routes.fetch, { ...call, path: `/api${call.path}` })).toEqual(direct);
  });

  it.each(['', '/', '/api', '/api/', '/of/somebody/else'])(
    'mounts every route below %j',
    async (basePath) => {
      const { fetch, paths } = createRoutes({ env, basePath });
      const base = basePath.replace(/\/$/, '');

      expect(paths).toContain(`${base}/regions/{id}`);
      for (const [, call] of CALLS) {
        const reply = await callHandler(fetch, { ...call, path: base + call.path });
        expect(reply.text).not.toContain('not-found');
      }
      expect((await callHandler(fetch, { path: `${base}/elsewhere` })).status).toBe(404);
    },
  );

  it.each([
    '/',
    '/api',
    '/api/',
    '/regions',
    '/api/region',
    '/api/cron',
    '/api/cron/persist-regions/x',
    '/api/regions/mena/trend',
    '/api/snapshots/a/b',
    '/api/%',
    '/api//regions',
  ])('answers 404 where there is no route: %s', async (path) => {
    const { fetch } = createRoutes({ env });
    for (const method of ['GET', 'DELETE']) {
      expect(problemIn(await callHandler(fetch, { path, method, headers: AUTHORISED }))).toMatchObject({
        status: 404,
        code: 'not-found',
      });
    }
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it('reads ids wherever a single handler is mounted', async () => {
    await storeTwo();
    const { latest, history, snapshot } = createRoutes({ env });
    const textOf = async (handler: Routes['fetch'], path: string) =>
      (await callHandler(handler, { path })).text;

    expect(await textOf(latest, '/world/mena?id=europe')).toContain('"newer"');
    expect(await textOf(snapshot, '/older')).toContain('"older"');
    expect(await textOf(history, '/world/mena/history')).toContain('"regionId":"mena"');
  });

  it('links to the next page of a history under the path of this one', async () => {
    await storeTwo();
    const { fetch } = createRoutes({ env, basePath: '/v2' });

    const first = await callHandler(fetch, { path: '/v2/regions/mena/history?limit=1&from=0&x-vercel-a=1' });
    const { entries, next } = JSON.parse(first.text);
    const second = JSON.parse((await callHandler(fetch, { path: next })).text);

    expect(next).toMatch(/^\/v2\/regions\/mena\/history\?limit=1&cursor=[^&]+&from=0$/);
    expect([...entries, ...second.entries].map(({ id }) => id)).toEqual(['newer', 'older']);
    expect(second.next).toBeNull();
  });

  it('runs over a given source in place of the feeds, with a given log', async () => {
    const source: Source = {
      async collect({ now }) {
        return {
          inputs: [],
          assess: ({ regionId }) => ({
            status: 'assessed',
            snapshot: makeSnapshot(regionId, { generatedAt: now }),
          }),
        };
      },
    };
    const logged: string[] = [];
    const { run } = createRoutes({ env, source, log: ({ event }) => logged.push(event) });

    const reply = await callHandler(run, { path: '/?regions=mena,global', headers: AUTHORISED });

    expect(reply.status).toBe(200);
    expect(reportIn(reply)).toMatchObject({ inputs: [], counts: { persisted: 2 } });
    expect(logged).not.toEqual([]);
  });

  it('passes exceptions to logBug and reveals nothing of them', async () => {
    const source: Source = { collect: () => Promise.reject(new Error('unused')) };
    const bugs: unknown[] = [];
    const { push } = createRoutes({ env, source, logBug: (error) => bugs.push(error) });
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers: AUTHORISED, body: '{}' });
    await request.text();

    const response = await push(request);

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('read');
    expect(bugs).toMatchObject([{ message: 'the request body has already been read' }]);
  });

  it('gives handlers that the route files of Next.js can export', async () => {
    // What Next.js asks of a route file: a function of the method's name.
    const file: { GET: (request: Request, context: { params: Promise<unknown> }) => Promise<Response> } = {
      GET: createRoutes({ env }).regions,
    };
    const request = new Request('http://127.0.0.1/api/regions');
    expect((await file.GET(request, { params: Promise.resolve({}) })).status).toBe(200);
  });
});

describe('the deadline', () => {
  it.each([
    ['that comes too late', 150],
    ['that never comes to its end', 60_000],
  ])('of a push begins before its body is there: one %s is refused', async (_what, ms) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const init = { method: 'POST', headers: AUTHORISED, body: readable, duplex: 'half' } as const;
    const { push } = createRoutes({ env: { ...env, RUN_BUDGET_MS: '100' }, log: () => undefined });

    const answering = push(new Request('http://127.0.0.1/api/snapshots', init));
    const writer = writable.getWriter();
    await writer.write(Buffer.from('{'));
    const timer = setTimeout(() => {
      void writer.write(Buffer.from(JSON.stringify({ snapshots: [makeSnapshot('mena')] }).slice(1)));
      void writer.close();
    }, ms);
    const response = await answering;
    clearTimeout(timer);

    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ code: 'too-slow' });
    expect(harness.gateway.stats.requests).toBe(0);
  });

  it('of a run begins before its source is made', async () => {
    let madeAt = 0;
    const route = createRunRoute({
      composeRunner: (config) => composeRunner(config, () => undefined),
      composeSource() {
        const begunAt = Date.now();
        do madeAt = Date.now();
        while (madeAt < begunAt + 2);
        return { collect: () => Promise.reject(new Error('unused')) };
      },
    });

    const reply = await callHandler(createHandler(route, { env }), { path: '/', headers: AUTHORISED });

    expect(Date.parse(reportIn(reply).startedAt)).toBeLessThan(madeAt);
  });
});
