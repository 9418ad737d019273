import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway } from '../../../local/upstash/server.js';
import { authorised, openGateway, type Store, startStore, TOKEN } from './harness.js';

let store: Store;
let opened: Awaited<ReturnType<typeof openGateway>>;
beforeAll(async () => {
  store = await startStore();
  opened = await openGateway(store);
});
beforeEach(() => opened.gateway.clear());
afterAll(async () => {
  await opened.gateway.close();
  await store.close();
});

const credentials: [string, Record<string, string>][] = [
  ['no credentials', {}],
  ['a wrong token', authorised('wrong')],
  ['the beginning of the token', authorised(TOKEN.slice(0, -1))],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${TOKEN}` }],
];

describe.each(credentials)('with %s', (_, headers) => {
  it.each([
    ['/', (key: string) => ['SET', key, '1']],
    ['/pipeline', (key: string) => [['SET', key, '1']]],
    ['/multi-exec', (key: string) => [['SET', key, '1']]],
  ])('POST %s answers 401 and executes nothing', async (route, body) => {
    const key = store.key('k');
    const response = await fetch(opened.gateway.url + route, {
      method: 'POST',
      headers,
      body: JSON.stringify(body(key)),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'Unauthorized' });
    expect(await store.send('EXISTS', key)).toBe(0);
    expect(opened.gateway.requests).toMatchObject([{ route, commands: [], status: 401 }]);
  });

  it.each(['GET', 'PUT', 'DELETE'])('a path command by %s answers 401', async (method) => {
    const key = store.key('k');
    const response = await fetch(`${opened.gateway.url}/set/${key}/1`, { method, headers });
    expect(response.status).toBe(401);
    expect(await store.send('EXISTS', key)).toBe(0);
  });
});

describe('the _token query parameter', () => {
  it('lets in, and is no argument', async () => {
    const response = await fetch(`${opened.gateway.url}/ping/hello?_token=${TOKEN}`);
    expect(await response.json()).toEqual({ result: 'hello' });
  });

  it('lets in on a batch', async () => {
    const body = JSON.stringify([['PING', 'hello']]);
    const response = await fetch(`${opened.gateway.url}/pipeline?_token=${TOKEN}`, { method: 'POST', body });
    expect(await response.json()).toEqual([{ result: 'hello' }]);
  });

  it('does not when it is wrong', async () => {
    expect((await fetch(`${opened.gateway.url}/ping?_token=wrong`)).status).toBe(401);
  });

  it('does not make up for a wrong header', async () => {
    const response = await fetch(`${opened.gateway.url}/ping?_token=${TOKEN}`, {
      headers: authorised('wrong'),
    });
    expect(response.status).toBe(401);
  });
});

it('refuses to start without a token', async () => {
  await expect(startGateway({ redisUrl: store.url, token: '' })).rejects.toThrow('needs a token');
});
