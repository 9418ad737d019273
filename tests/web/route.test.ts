import { describe, expect, it, vi } from 'vitest';
import type { Env } from '../../lib/config.js';
import { RUNBOOK_URL } from '../../lib/web/answers.js';
import { HistoryQuerySchema } from '../../lib/web/read.js';
import { NO_QUERY } from '../../lib/web/request.js';
import { createHandler, type Route as RouteOf } from '../../lib/web/route.js';
import { type Call, callHandler } from '../support/serve-handler.js';

const ENV = {
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'store-token-55d1',
  CRON_SECRET: 'cron-secret-7f3a',
} satisfies Env;
const CRON = { authorization: `Bearer ${ENV.CRON_SECRET}` };
const READ_TOKEN = 'read-token-91bc';
const READ = { authorization: `Bearer ${READ_TOKEN}` };

type Route = RouteOf<null>;

/** Calls a route with these changes; by default it requires the secret and answers 200. */
async function call(options: { route?: Partial<Route>; env?: Env } & Call) {
  const { route = {}, env = ENV, ...request } = options;
  const answer = vi.fn<Route['answer']>(async () => ({ status: 200, body: { fine: true } }));
  const logBug = vi.fn();
  const handler = createHandler(
    { path: '/things', methods: ['GET', 'POST'], access: 'secret', query: NO_QUERY, answer, ...route },
    { env, logBug },
  );
  const reply = await callHandler(handler, request);
  return { ...reply, body: JSON.parse(reply.text || 'null'), answer, logBug };
}

describe('createHandler', () => {
  it('answers what the route answers, as JSON that must not be cached', async () => {
    const { status, headers, text } = await call({ headers: CRON });
    expect({ status, text }).toEqual({ status: 200, text: '{"fine":true}\n' });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('gives the route the request, the configuration, and what the URL says', async () => {
    const path = '/api/things/a%20b?x-vercel-a=1&id=c';
    const { answer } = await call({ headers: CRON, method: 'POST', path, route: { path: '/things/{id}' } });
    const [request, config, params] = answer.mock.calls[0] ?? [];
    expect(request).toMatchObject({ method: 'POST', url: `http://127.0.0.1${path}` });
    expect(params).toEqual({ query: null, id: 'a b' });
    expect(config).toMatchObject({ cronSecret: ENV.CRON_SECRET, store: { url: ENV.UPSTASH_REDIS_REST_URL } });
  });

  it('lets the route set the status and override headers', async () => {
    const headers = { 'cache-control': 'max-age=60', 'x-more': 'yes' };
    const reply = await call({
      headers: CRON,
      route: { answer: async () => ({ status: 503, body: [], headers }) },
    });
    expect(reply.status).toBe(503);
    expect(reply.headers).toMatchObject(headers);
  });

  it('sends no body and no content type where the route gives no body', async () => {
    const answer = vi.fn<Route['answer']>(async () => ({ status: 304, headers: { etag: '"7"' } }));
    const reply = await callHandler(
      createHandler({ path: '/', methods: ['GET'], access: 'open', query: NO_QUERY, answer }, { env: ENV }),
    );
    expect(reply).toMatchObject({
      status: 304,
      text: '',
      headers: { etag: '"7"', 'cache-control': 'no-store' },
    });
    expect(reply.headers).not.toHaveProperty('content-type');
  });

  it('answers a problem as problem+json, with its headers and without them in the body', async () => {
    const problem = { status: 404, code: 'not-found', title: 'Not found', headers: { 'x-more': 'yes' } };
    const { status, headers, body } = await call({
      headers: CRON,
      route: { answer: async () => ({ problem }) },
    });
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-more': 'yes',
    });
    expect(body).toEqual({
      type: `${RUNBOOK_URL}#not-found`,
      status: 404,
      code: 'not-found',
      title: 'Not found',
    });
  });

  it('parses the configuration once, when it is first needed', async () => {
    const answer = vi.fn<Route['answer']>(async () => ({ status: 200 }));
    const handler = createHandler(
      { path: '/', methods: ['GET'], access: 'open', query: NO_QUERY, answer },
      { env: ENV },
    );
    await callHandler(handler);
    await callHandler(handler);
    const [first, second] = answer.mock.calls.map(([, config]) => config);
    expect(second).toBe(first);
  });

  describe('HEAD', () => {
    const route = { methods: ['GET', 'HEAD'] };

    it.each<[string, Partial<Route>]>([
      ['an answer', { answer: async () => ({ status: 200, body: { a: 1 }, headers: { etag: '"7"' } }) }],
      ['a problem', { answer: async () => ({ problem: { status: 404, code: 'not-found', title: 'No' } }) }],
      ['an exception', { answer: () => Promise.reject(new Error('bug')) }],
    ])('has the headers of GET and no body: %s', async (_name, changes) => {
      const get = await call({ headers: CRON, route: { ...route, ...changes } });
      const head = await call({ headers: CRON, method: 'HEAD', route: { ...route, ...changes } });
      expect(head).toMatchObject({ status: get.status, headers: get.headers, text: '' });
      expect(get.text).not.toBe('');
    });

    it('is refused like any other method where the route does not name it', async () => {
      const reply = await call({ headers: CRON, method: 'HEAD' });
      expect(reply).toMatchObject({ status: 405, headers: { allow: 'GET, POST' }, text: '' });
      expect(reply.answer).not.toHaveBeenCalled();
    });
  });

  describe('the query', () => {
    it.each(['?x=1', '?id=1', '?=1', '?%zz=1', '?__proto__=1'])(
      'is refused when the route does not take it: %s',
      async (query) => {
        const { status, headers, body, answer } = await call({ headers: CRON, path: `/things${query}` });
        expect(status).toBe(400);
        expect(headers).toMatchObject({
          'content-type': 'application/problem+json; charset=utf-8',
          'cache-control': 'no-store',
        });
        expect(body).toMatchObject({ code: 'bad-request', detail: 'the query is not valid' });
        expect(answer).not.toHaveBeenCalled();
      },
    );

    it('is checked last: after the method, the secret and the configuration', async () => {
      const path = '/things?x=1';
      expect((await call({ path, method: 'DELETE' })).status).toBe(405);
      expect((await call({ path })).status).toBe(401);
      const env = { CRON_SECRET: ENV.CRON_SECRET };
      expect((await call({ path, env, headers: CRON })).body.code).toBe('misconfigured');
    });

    it('is parsed by the schema of the route', async () => {
      const answer = vi.fn<RouteOf<unknown>['answer']>(async () => ({ status: 200 }));
      const handler = createHandler(
        { path: '/', methods: ['GET'], access: 'open', query: HistoryQuerySchema, answer },
        { env: ENV },
      );
      await callHandler(handler, { path: '/?limit=7' });
      expect(answer.mock.calls[0]?.[2]).toMatchObject({ query: { limit: 7, from: null } });
    });
  });

  it('answers 400 when the URL is not valid', async () => {
    const answer = vi.fn<Route['answer']>();
    const logBug = vi.fn();
    const handler = createHandler(
      { path: '/', methods: ['GET'], access: 'open', query: NO_QUERY, answer },
      { env: ENV, logBug },
    );
    // Some servers build the URL from the Host header without checking it.
    const request = new Proxy(new Request('http://127.0.0.1/'), {
      get: (target, name) => (name === 'url' ? 'http://[/' : Reflect.get(target, name, target)),
    });
    expect((await handler(request)).status).toBe(400);
    expect(answer).not.toHaveBeenCalled();
    expect(logBug).not.toHaveBeenCalled();
  });

  describe('the method', () => {
    it.each(['DELETE', 'PUT', 'PATCH', 'OPTIONS'])(
      '%s is refused, with the methods that are allowed',
      async (method) => {
        const { status, headers, body, answer } = await call({ method, headers: CRON });
        expect(status).toBe(405);
        expect(headers).toMatchObject({
          allow: 'GET, POST',
          'content-type': expect.stringContaining('problem+json'),
        });
        expect(body).toMatchObject({ status: 405, code: 'method-not-allowed', detail: 'Allowed: GET, POST' });
        expect(answer).not.toHaveBeenCalled();
      },
    );

    it('is checked before the secret and the configuration', async () => {
      expect((await call({ method: 'DELETE', env: {} })).status).toBe(405);
    });
  });

  describe('access by the secret', () => {
    it.each<[string, Record<string, string | string[]>]>([
      ['no header', {}],
      ['a wrong secret', { authorization: 'Bearer wrong' }],
      ['the read token', READ],
      ['the secret twice', { authorization: [CRON.authorization, CRON.authorization] }],
    ])('is refused to %s', async (_name, headers) => {
      const reply = await call({ headers, env: { ...ENV, READ_TOKEN } });
      expect(reply.status).toBe(401);
      expect(reply.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
      expect(reply.body).toEqual({
        type: `${RUNBOOK_URL}#unauthorised`,
        status: 401,
        code: 'unauthorised',
        title: 'Unauthorised',
        detail: 'Send the header Authorization: Bearer <secret>, once',
      });
      expect(reply.answer).not.toHaveBeenCalled();
    });

    it.each([undefined, '', ' '])(
      'is refused to everyone when CRON_SECRET is %j, and the answer names the variable',
      async (secret) => {
        for (const authorization of ['Bearer undefined', 'Bearer ', 'Bearer', CRON.authorization]) {
          const reply = await call({ headers: { authorization }, env: { ...ENV, CRON_SECRET: secret } });
          expect(reply.status).toBe(401);
          expect(reply.body.detail).toBe('CRON_SECRET is not set on this deployment, so nobody may do this');
        }
      },
    );

    it('is granted when the secret is surrounded by white space where it is configured', async () => {
      const env = { ...ENV, CRON_SECRET: ` ${ENV.CRON_SECRET}\n` };
      expect((await call({ headers: CRON, env })).status).toBe(200);
    });
  });

  describe('access for readers', () => {
    const route = { access: 'read' } as const;

    it.each([undefined, '', ' '])('is granted to anybody when READ_TOKEN is %j', async (token) => {
      expect((await call({ route, env: { ...ENV, READ_TOKEN: token } })).status).toBe(200);
    });

    it('is granted only to the read token when one is set', async () => {
      const env = { ...ENV, READ_TOKEN };
      expect((await call({ route, env, headers: READ })).status).toBe(200);
      for (const headers of [{}, CRON, { authorization: `Bearer ${READ_TOKEN}x` }]) {
        const { status, body } = await call({ route, env, headers });
        expect(status).toBe(401);
        expect(body.detail).toBe('Send the header Authorization: Bearer <secret>, once');
      }
    });
  });

  it('lets anybody into an open route', async () => {
    const route = { access: 'open' } as const;
    expect((await call({ route, env: { ...ENV, READ_TOKEN } })).status).toBe(200);
  });

  describe('a wrong configuration', () => {
    const env = {
      CRON_SECRET: ENV.CRON_SECRET,
      UPSTASH_REDIS_REST_URL: 'redis://secret-host',
      RUN_BUDGET_MS: '5s',
    };

    it('names every variable, and no value, to a caller with the secret', async () => {
      const { status, headers, body, text, answer } = await call({ headers: CRON, env });
      expect(status).toBe(500);
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(body).toEqual({
        type: `${RUNBOOK_URL}#misconfigured`,
        status: 500,
        code: 'misconfigured',
        title: 'The deployment is misconfigured',
        detail:
          'UPSTASH_REDIS_REST_URL must be an http or https URL; ' +
          'UPSTASH_REDIS_REST_TOKEN is missing (KV_REST_API_TOKEN is also accepted); ' +
          'RUN_BUDGET_MS must be a number of milliseconds',
        errors: [
          { at: 'UPSTASH_REDIS_REST_URL', message: 'must be an http or https URL' },
          { at: 'UPSTASH_REDIS_REST_TOKEN', message: 'is missing (KV_REST_API_TOKEN is also accepted)' },
          { at: 'RUN_BUDGET_MS', message: 'must be a number of milliseconds' },
        ],
      });
      expect(text).not.toContain('secret-host');
      expect(answer).not.toHaveBeenCalled();
    });

    it('is not revealed to a stranger where a secret is required', async () => {
      for (const route of [{ access: 'secret' }, { access: 'read' }] as const) {
        const { status, text } = await call({ route, env: { ...env, READ_TOKEN } });
        expect(status).toBe(401);
        expect(text).not.toMatch(/UPSTASH|RUN_BUDGET/);
      }
    });

    it('is reported on an open route', async () => {
      const { status, body } = await call({ route: { access: 'open' }, env });
      expect(status).toBe(500);
      expect(body.code).toBe('misconfigured');
    });
  });

  describe('an exception in the route', () => {
    const error = new Error(`wrong password ${ENV.UPSTASH_REDIS_REST_TOKEN}`);

    it.each<[string, Route['answer']]>([
      ['of an answer that JSON cannot express', async () => ({ status: 200, body: throwing(error) })],
      [
        'thrown',
        () => {
          throw error;
        },
      ],
      ['rejected', () => Promise.reject(error)],
    ])('that is %s becomes a 500 that tells nothing of it, and is logged', async (_name, answer) => {
      const reply = await call({ headers: CRON, route: { answer } });
      expect(reply.status).toBe(500);
      expect(reply.body).toEqual({
        type: `${RUNBOOK_URL}#internal`,
        status: 500,
        code: 'internal',
        title: 'The function failed',
      });
      expect(reply.logBug.mock.calls).toEqual([[error]]);
    });

    it('is all that is logged', async () => {
      expect((await call({})).logBug).not.toHaveBeenCalled();
      expect((await call({ headers: CRON })).logBug).not.toHaveBeenCalled();
    });
  });
});

/** Throws when it is turned into JSON. */
function throwing(error: Error) {
  return {
    toJSON() {
      throw error;
    },
  };
}
