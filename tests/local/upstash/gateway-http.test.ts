import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorised, openGateway, type Store, startStore } from './harness.js';

const LIMIT = 10 * 1024 * 1024;

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

/** `fetch` pools connections as it likes; an agent shows how many it opens. */
async function ping(agent: Agent): Promise<void> {
  const outgoing = request(`${opened.gateway.url}/ping`, { agent, headers: authorised() }).end();
  const [response] = await once(outgoing, 'response');
  response.resume();
  await once(response, 'close');
}

describe('methods', () => {
  it.each(['DELETE', 'PATCH', 'OPTIONS'])('answers 405 to %s and names what is allowed', async (method) => {
    const response = await opened.call('/ping', { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('HEAD, GET, POST, PUT');
  });
});

describe('response formats', () => {
  const RESP2 = { 'upstash-response-format': 'resp2' };
  const asked = async (path: string, body: unknown, headers: Record<string, string> = RESP2) => {
    const response = await opened.call(path, { body: JSON.stringify(body), headers });
    const type = response.headers.get('content-type');
    return { status: response.status, type, text: await response.text() };
  };

  it('answers the bytes of Redis when resp2 is requested', async () => {
    const key = store.key('k');
    const type = 'application/octet-stream';

    expect(await asked('/', ['SET', key, 'bar'])).toEqual({ status: 200, type, text: '+OK\r\n' });
    expect(await asked('/', ['GET', key])).toEqual({ status: 200, type, text: '$3\r\nbar\r\n' });
    expect(await asked('/', ['NOSUCH'])).toMatchObject({
      status: 400,
      type,
      text: expect.stringMatching(/^-ERR /),
    });
    expect(
      await asked('/pipeline', [
        ['MGET', key, store.key('none')],
        ['STRLEN', key],
      ]),
    ).toEqual({ status: 200, type, text: '*2\r\n$3\r\nbar\r\n$-1\r\n:3\r\n' });
  });

  it('answers a transaction as JSON whatever is requested', async () => {
    expect(await asked('/multi-exec', [['PING']])).toMatchObject({ text: '[{"result":"PONG"}]' });
  });

  it.each([
    ['another format', { 'upstash-response-format': 'resp3' }],
    ['base64 in it', { ...RESP2, 'upstash-encoding': 'base64' }],
  ])('answers 400 to %s', async (_, headers) => {
    expect((await opened.call('/ping', { headers })).status).toBe(400);
  });
});

describe('the request limit', () => {
  it('reads 10 MB', async () => {
    const response = await opened.call('/', { body: 'x'.repeat(LIMIT) });
    expect(response.status).toBe(400);
    expect(opened.gateway.stats.bytesIn).toBe(LIMIT);
  });

  it('answers 413 to one byte more', async () => {
    const response = await opened.call('/', { body: 'x'.repeat(LIMIT + 1) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      error: `ERR max request size exceeded. Limit: ${LIMIT} bytes`,
    });
    expect(opened.gateway.stats.bytesIn).toBe(0);
  });

  it('answers 413 while a body without an end is still arriving', async () => {
    const outgoing = request(opened.gateway.url, { method: 'POST', headers: authorised() });
    const status = new Promise((resolve, reject) => {
      outgoing.once('response', (response) => resolve(response.statusCode));
      outgoing.once('error', reject);
    });
    outgoing.write(Buffer.alloc(LIMIT + 1));
    expect(await status).toBe(413);
    outgoing.destroy();
  });
});

describe('the log', () => {
  it('records the route, the commands and the status of each request', async () => {
    await opened.post('/pipeline', [['PING', 'a'], ['NOSUCH']]);
    await opened.call('/ping/b', { method: 'GET' });
    await opened.call('/', { body: 'no json' });
    expect(opened.gateway.requests).toEqual([
      {
        route: '/pipeline',
        commands: [['PING', 'a'], ['NOSUCH']],
        status: 200,
        receivedAt: expect.any(Number),
      },
      { route: 'path', commands: [['ping', 'b']], status: 200, receivedAt: expect.any(Number) },
      { route: '/', commands: [], status: 400, receivedAt: expect.any(Number) },
    ]);
  });

  it('cuts long arguments to 200 characters', async () => {
    await opened.post('/', ['PING', 'ü'.repeat(5_000)]);
    expect(opened.gateway.requests[0]?.commands).toEqual([['PING', 'ü'.repeat(200)]]);
  });

  it('counts requests, commands and bytes, and forgets them on clear', async () => {
    await opened.post('/pipeline', [['PING'], ['PING']]);
    await opened.post('/', ['PING']);
    const bytesIn = '[["PING"],["PING"]]'.length + '["PING"]'.length;
    expect(opened.gateway.stats).toMatchObject({ requests: 2, commands: 3, bytesIn });
    opened.gateway.clear();
    expect(opened.gateway.stats).toEqual({ requests: 0, commands: 0, connections: 0, bytesIn: 0 });
    expect(opened.gateway.requests).toEqual([]);
  });

  it('counts the connections that are opened', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await ping(agent);
    await ping(agent);
    expect(opened.gateway.stats).toMatchObject({ requests: 2, connections: 1 });
    await ping(new Agent());
    expect(opened.gateway.stats).toMatchObject({ requests: 3, connections: 2 });
    agent.destroy();
  });
});
