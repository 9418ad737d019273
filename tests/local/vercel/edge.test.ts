import { expect, it } from 'vitest';
import { mountFunctions } from '../../../local/vercel/edge.js';

const FILES = [
  { entrypoint: 'api/regions/summary.ts', segments: ['api', 'regions', 'summary'] },
  { entrypoint: 'api/regions/[id].ts', segments: ['api', 'regions', '[id]'] },
];
const ARRIVAL = { id: 'dev1::1', address: '127.0.0.1' };

/** What the function gets to see of a request. */
async function seen(path: string, init: RequestInit = {}) {
  let request: Request | undefined;
  const mounted = mountFunctions(FILES, async (given) => {
    request = given;
    return new Response('answered');
  });
  const response = await mounted(new Request(`http://localhost:3000${path}`, init), ARRIVAL);
  return { response, request };
}

it('adds the dynamic segment of the path to the query, over one of that name', async () => {
  const { request } = await seen('/api/regions/m%65na?id=europe&limit=3');
  expect(request?.url).toBe('http://localhost:3000/api/regions/m%65na?limit=3&id=mena');
});

it('keeps the rest of the query as it was written', async () => {
  const { request } = await seen('/api/regions/a%20b?a=x%20y+z%2F(1)~&&b&%69d=europe&c=%ff');
  expect(request?.url).toMatch(/\?a=x%20y\+z%2F\(1\)~&b&c=%ff&id=a%20b$/);
});

it('leaves the query of a literal path alone', async () => {
  expect((await seen('/api/regions/summary?a=1')).request?.url).toMatch(/summary\?a=1$/);
});

it('is silent about paths that no file answers', async () => {
  expect(await seen('/api/nothing')).toEqual({ response: null, request: undefined });
});

it("replaces what the caller claims about itself, and keeps the caller's other headers", async () => {
  const replaced = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'x-vercel-id'];
  const forged = [...replaced, 'forwarded', 'x-forwarded-port', 'x-vercel-ip-country'];
  const headers = Object.fromEntries(forged.map((name) => [name, 'forged']));
  const { request } = await seen('/api/regions/mena', {
    headers: { ...headers, host: 'localhost:3000', authorization: 'Bearer x' },
  });
  expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
    authorization: 'Bearer x',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-real-ip': '127.0.0.1',
    'x-vercel-id': 'dev1::1',
  });
  expect([...(request?.headers.values() ?? [])]).not.toContain('forged');
});

it('passes the body on as it is', async () => {
  const { request } = await seen('/api/regions/mena', { method: 'POST', body: '{"ü":1}' });
  expect(await request?.text()).toBe('{"ü":1}');
});
