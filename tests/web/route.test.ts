import { describe, expect, it, vi } from 'vitest';
import type { Env } from '../../lib/config.js';
import { createHandler, type Route } from '../../lib/web/route.js';
import { type Call, callHandler } from '../support/serve-handler.js';

const ENV = {
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'store-token-55d1',
  CRON_SECRET: 'cron-secret-7f3a',
} satisfies Env;
const CRON = { authorization: `Bearer ${ENV.CRON_SECRET}` };
const READ_TOKEN = 'read-token-91bc';
const READ = { authorization: `Bearer ${READ_TOKEN}` };

/** One call of a route that is as given, and otherwise asks for the secret and answers 200. */
async function call(options: { route?: Partial<Route>; env?: Env } & Call) {
  const { route = {}, env = ENV, ...request } = options;
  const answer = vi.fn<Route['answer']>(async () => ({ status: 200, body: { fine: true } }));
  const logBug = vi.fn();
  const handler = createHandler(
    { methods: ['GET', 'POST'], access: 'secret', answer, ...route },
    env,
    logBug,
  );
  const reply = await callHandler(handler, request);
  return { ...reply, body: JSON.parse(reply.text), answer, logBug };
}

describe('createHandler', () => {
  it('answers with what the route answers, as JSON that nobody may store', async () => {
    const { status, headers, text } = await call({ headers: CRON });
    expect({ status, text }).toEqual({ status: 200, text: '{"fine":true}\n' });
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('gives the route the request and the configuration', async () => {
    const { answer } = await call({ headers: CRON, method: 'POST', path: '/?regions=mena' });
    const [req, config] = answer.mock.calls[0] ?? [];
    expect(req).toMatchObject({ method: 'POST', query: { regions: 'mena' } });
    expect(config).toMatchObject({ cronSecret: ENV.CRON_SECRET, store: { url: ENV.UPSTASH_REDIS_REST_URL } });
  });

  it('answers with the status and the headers that the route gives, over its own', async () => {
    const headers = { 'cache-control': 'max-age=60', 'x-more': 'yes' };
    const reply = await call({
      headers: CRON,
      route: { answer: async () => ({ status: 503, body: [], headers }) },
    });
    expect(reply.status).toBe(503);
    expect(reply.headers).toMatchObject(headers);
  });

  it('answers without a body, and without its type, where the route gives none', async () => {
    const answer = vi.fn<Route['answer']>(async () => ({ status: 304, headers: { etag: '"7"' } }));
    const reply = await callHandler(createHandler({ methods: ['GET'], access: 'open', answer }, ENV));
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
    expect(body).toEqual({ type: 'about:blank', status: 404, code: 'not-found', title: 'Not found' });
  });

  describe('the method', () => {
    it.each(['DELETE', 'PUT', 'PATCH', 'OPTIONS'])(
      '%s is refused with the ones that are allowed',
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

    it('is looked at before the secret and the configuration', async () => {
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
        type: 'about:blank',
        status: 401,
        code: 'unauthorised',
        title: 'Unauthorised',
        detail: 'Send the header Authorization: Bearer <secret>, once',
      });
      expect(reply.answer).not.toHaveBeenCalled();
    });

    it.each([undefined, '', ' '])(
      'is refused to all when CRON_SECRET is %j, and the variable is named',
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

    it('is granted to the read token alone when one is set', async () => {
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

    it('names every variable to whoever has the secret, and no value', async () => {
      const { status, headers, body, text, answer } = await call({ headers: CRON, env });
      expect(status).toBe(500);
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(body).toEqual({
        type: 'about:blank',
        status: 500,
        code: 'misconfigured',
        title: 'The deployment is misconfigured',
        detail:
          'UPSTASH_REDIS_REST_URL must be an http or https URL; ' +
          'UPSTASH_REDIS_REST_TOKEN is missing (KV_REST_API_TOKEN is taken too); ' +
          'RUN_BUDGET_MS must be a number of milliseconds',
        errors: [
          { at: 'UPSTASH_REDIS_REST_URL', message: 'must be an http or https URL' },
          { at: 'UPSTASH_REDIS_REST_TOKEN', message: 'is missing (KV_REST_API_TOKEN is taken too)' },
          { at: 'RUN_BUDGET_MS', message: 'must be a number of milliseconds' },
        ],
      });
      expect(text).not.toContain('secret-host');
      expect(answer).not.toHaveBeenCalled();
    });

    it('is nothing that a stranger is told of where a secret is asked for', async () => {
      for (const route of [{ access: 'secret' }, { access: 'read' }] as const) {
        const { status, text } = await call({ route, env: { ...env, READ_TOKEN } });
        expect(status).toBe(401);
        expect(text).not.toMatch(/UPSTASH|RUN_BUDGET/);
      }
    });

    it('is told on a route that is open', async () => {
      const { status, body } = await call({ route: { access: 'open' }, env });
      expect(status).toBe(500);
      expect(body.code).toBe('misconfigured');
    });
  });

  describe('an exception in the route', () => {
    const error = new Error(`wrong password ${ENV.UPSTASH_REDIS_REST_TOKEN}`);

    it.each<[string, Route['answer']]>([
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
        type: 'about:blank',
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
