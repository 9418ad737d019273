import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoutes } from '../../lib/web/index.js';
import { type Site, startSite } from '../../local/site.js';
import { PROJECT_ROOT } from '../../local/stack.js';
import { loadVercelConfig } from '../../local/vercel/config.js';
import { listFunctions, pathOfFunction } from '../support/function-files.js';
import { createTemporaryProject, type TemporaryProject } from './vercel/temporary-project.js';

/** No store is asked here: these calls end before one would be. */
let site: Site;
let other: Site;
beforeAll(async () => {
  site = await startSite({ root: PROJECT_ROOT, env: { CRON_SECRET: 'one' }, onLog: () => undefined });
  other = await startSite({ root: PROJECT_ROOT, env: {}, onLog: () => undefined });
});
afterAll(async () => {
  await site.close();
  await other.close();
});

interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` sets the Host header itself, so these calls do without it. */
function call({ url }: Site, { path = '/', method = 'GET', headers = {}, body = '' }: Call) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      httpRequest(url + path, { method, headers, agent: false })
        .on('error', reject)
        .on('response', async (response) => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: await text(response),
          });
        })
        .end(body);
    },
  );
}

it('mounts a route at the path of each file in api/, and none beside them', async () => {
  const files = await listFunctions();
  expect(createRoutes({ env: {} }).paths.toSorted()).toEqual(files.map(pathOfFunction).toSorted());
});

describe('hosts', () => {
  const port = () => new URL(site.url).port;

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST'])('serves %s with any port', async (host) => {
    expect(await call(site, { headers: { host } })).toMatchObject({ status: 200 });
    expect(await call(site, { headers: { host: `${host}:${port()}` } })).toMatchObject({ status: 200 });
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '127.0.0.1@evil.example', '[::1]'])(
    'refuses %s, for pages and functions',
    async (host) => {
      for (const path of ['/', '/api/health']) {
        expect(await call(site, { path, headers: { host: `${host}:${port()}` } })).toMatchObject({
          status: 421,
        });
      }
    },
  );
});

it.each([
  ['a port that there is not', { headers: { host: '127.0.0.1:99999' } }, 421],
  ['a method that web-standard requests cannot have', { method: 'TRACE' }, 405],
])('answers a request with %s', async (_name, request, status) => {
  expect(await call(site, { path: '/api/health', ...request })).toMatchObject({ status });
});

describe('public files', () => {
  it('are served with the headers of vercel.json, and 304 to a caller that has them', async () => {
    const page = await call(site, {});
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.body).toMatch(/^<!doctype html>/i);
    const [rule] = (await loadVercelConfig(PROJECT_ROOT)).headers;
    expect(rule?.headers.length).toBeGreaterThan(0);
    for (const { key, value } of rule?.headers ?? []) expect(page.headers[key.toLowerCase()]).toBe(value);
    const again = await call(site, { headers: { 'if-none-match': String(page.headers.etag) } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/lib/index.ts',
    '/api/health.ts',
    '/nothing',
    '/index',
  ])('do not include %s', async (path) => {
    expect(await call(site, { path })).toMatchObject({
      status: 404,
      headers: { 'x-vercel-error': 'NOT_FOUND', 'x-content-type-options': 'nosniff' },
    });
  });
});

describe('headers of vercel.json', () => {
  let project: TemporaryProject;
  let mine: Site;
  beforeAll(async () => {
    const headers = [
      { key: 'Cache-Control', value: 'public, max-age=60' },
      { key: 'X-Frame-Options', value: 'DENY' },
    ];
    project = await createTemporaryProject({
      'vercel.json': JSON.stringify({ headers: [{ source: '/(.*)', headers }] }),
      'api/health.ts': '',
      'public/page.html': '',
    });
    mine = await startSite({ root: project.root, env: {}, onLog: () => undefined });
  });
  afterAll(async () => {
    await mine.close();
    await project.remove();
  });

  it("give way to a function's own", async () => {
    expect((await call(mine, { path: '/api/health' })).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
  });

  it.each(['/page.html', '/page'])('replace those of the platform, as for %s', async (path) => {
    expect((await call(mine, { path })).headers).toMatchObject({
      'cache-control': 'public, max-age=60',
      'x-frame-options': 'DENY',
    });
  });
});

describe('functions', () => {
  it('have the environment of their own site only', async () => {
    const path = '/api/cron/persist-regions?regions=atlantis';
    const headers = { authorization: 'Bearer one' };
    expect((await call(site, { path, headers })).body).toContain('UPSTASH_REDIS_REST_URL is missing');
    expect((await call(other, { path, headers })).body).toContain('CRON_SECRET is not set');
    expect(process.env.CRON_SECRET).not.toBe('one');
  });

  it('answer other methods with 405', async () => {
    expect(await call(site, { path: '/api/snapshots' })).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
    });
  });

  it('never see a body of more than 4.5 MB', async () => {
    const body = ' '.repeat(4_718_593);
    const sent = { path: '/api/snapshots', method: 'POST', headers: { authorization: 'Bearer one' } };
    expect(await call(site, { ...sent, body })).toMatchObject({
      status: 413,
      headers: { 'x-vercel-error': 'FUNCTION_PAYLOAD_TOO_LARGE' },
    });
    expect((await call(site, { ...sent, body: body.slice(1) })).status).toBe(500);
  });

  it('are not asked when the path is badly encoded', async () => {
    expect(await call(site, { path: '/api/regions/%ff' })).toMatchObject({ status: 400 });
  });
});

it('survives callers that hang up as soon as they have a file', async () => {
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', onUncaught);
  for (let i = 0; i < 100; i += 1) expect(await call(site, { path: '/' })).toMatchObject({ status: 200 });
  process.off('uncaughtException', onUncaught);
  expect(uncaught).toEqual([]);
});

it('frees its port when it is closed', async () => {
  const first = await startSite({ root: PROJECT_ROOT, env: {} });
  await first.close();
  const port = Number(new URL(first.url).port);
  await (await startSite({ root: PROJECT_ROOT, env: {}, port })).close();
});
