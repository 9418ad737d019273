import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from 'srvx/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ApiStack,
  AUTHORISED,
  problemIn,
  reportIn,
  startApiStack,
  UNTOUCHED,
} from '../support/api-stack.js';
import { type Call, callHttp } from '../support/serve-handler.js';
import { makeSnapshot } from '../support/snapshots.js';

let stack: ApiStack;
let server: ReturnType<typeof serve>;
let origin: string;
beforeAll(async () => {
  stack = await startApiStack();
  server = serve({ fetch: stack.routes.fetch, hostname: '127.0.0.1', port: 0, silent: true });
  await server.ready();
  origin = new URL(server.url ?? '').origin;
});
beforeEach(() => stack.reset());
afterAll(async () => {
  await server.close(true);
  await stack.close();
});

const RUN = '/api/cron/persist-regions';
const { authorization } = AUTHORISED;
const call = (request: Call) => callHttp(origin, request);

/** Sends bytes as they are, and gives all that comes back. */
async function sendRaw(request: string): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}

describe('over HTTP', () => {
  it('a run persists and answers with its report', async () => {
    const reply = await call({ path: `${RUN}?regions=mena`, headers: AUTHORISED });
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(reportIn(reply).counts.persisted).toBe(1);
  });

  it('HEAD has the headers of GET and no body, and leaves the connection usable', async () => {
    const head = 'HEAD /api/regions HTTP/1.1\r\nHost: a\r\n\r\n';
    const get = 'GET /api/regions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const [, first = '', second = ''] = (await sendRaw(head + get)).split(/^HTTP\/1\.1 /m);

    const cached = /^cache-control: public, s-maxage=60/im;
    expect(first).toMatch(/^200 [^{]*$/);
    expect(first).toMatch(cached);
    expect(second).toMatch(/^200 [^{]*\{"regions":/);
    expect(second).toMatch(cached);
  });

  it.each<[string, string[]]>([
    ['twice the secret', [authorization, authorization]],
    ['a wrong one first', ['Bearer wrong', authorization]],
  ])('two Authorization headers get 401: %s', async (_name, values) => {
    const reply = await call({ path: RUN, headers: { authorization: values } });
    expect(problemIn(reply)).toMatchObject({ status: 401 });
    expect(await stack.traces()).toEqual(UNTOUCHED);
  });

  it('several If-None-Match headers count as one list', async () => {
    const reply = await call({
      path: '/api/snapshots',
      method: 'POST',
      headers: AUTHORISED,
      body: JSON.stringify({ snapshots: [makeSnapshot('mena', { id: 'one' })] }),
    });
    expect(reply.status).toBe(200);
    const path = '/api/snapshots/one';
    const { etag } = (await call({ path })).headers;
    const headers = { 'if-none-match': ['"other"', String(etag)] };
    expect(await call({ path, headers })).toMatchObject({ status: 304, text: '', headers: { etag } });
  });

  it.each([
    ['with its length', { 'content-length': '5000000' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('a body that is too large gets 413: %s', async (_name, headers) => {
    const reply = await call({
      path: '/api/snapshots',
      method: 'POST',
      headers: { ...AUTHORISED, ...headers },
      body: 'x'.repeat(5_000_000),
    });
    expect(problemIn(reply)).toMatchObject({ status: 413, code: 'too-large' });
    expect(await stack.traces()).toEqual(UNTOUCHED);
  });

  it.each(['/api/regions/%', '/api/regions/%E0%A4%A/history', '/api/snapshots/%zz?id=%zz'])(
    'a broken encoding in the path gets 404: %s',
    async (path) => {
      expect(problemIn(await call({ path })).status).toBe(404);
      expect(stack.log).toEqual([]);
    },
  );

  it.each(['?%', '?%E0%A4%A=1', '?x-vercel=%zz', '?limit=%'])(
    'a broken encoding in the query gets 400: %s',
    async (query) => {
      expect(problemIn(await call({ path: `/api/regions/mena/history${query}` })).status).toBe(400);
      expect(stack.log).toEqual([]);
    },
  );

  it.each(['[', 'a b', '%', 'a:99999', '', '../..'])(
    'a Host that is not valid gets an answer: %j',
    async (host) => {
      const answer = await sendRaw(`GET /api/regions HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
      expect(stack.log).toEqual([]);
    },
  );
});
