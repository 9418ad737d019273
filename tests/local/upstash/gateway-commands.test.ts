import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openGateway, type Store, startStore } from './harness.js';

let store: Store;
let opened: Awaited<ReturnType<typeof openGateway>>;
beforeAll(async () => {
  store = await startStore();
  opened = await openGateway(store);
});
afterAll(async () => {
  await opened.gateway.close();
  await store.close();
});

describe('POST /', () => {
  it('answers status, string, integer, nil and array replies as JSON', async () => {
    const { post } = opened;
    const [key, list] = [store.key('k'), store.key('l')];
    expect(await post('/', ['SET', key, 'value'])).toMatchObject({ status: 200, body: { result: 'OK' } });
    expect((await post('/', ['GET', key])).body).toEqual({ result: 'value' });
    expect((await post('/', ['STRLEN', key])).body).toEqual({ result: 5 });
    expect((await post('/', ['GET', store.key('none')])).body).toEqual({ result: null });
    await post('/', ['RPUSH', list, 'a', 'b']);
    expect((await post('/', ['LRANGE', list, 0, -1])).body).toEqual({ result: ['a', 'b'] });
  });

  it.each(['9007199254740993', '-9223372036854775808', '9223372036854775807'])(
    'answers the integer %s with all its digits',
    async (integer) => {
      const key = store.key('k');
      await store.send('SET', key, integer);
      const incremented = await opened.call('/', { body: JSON.stringify(['INCRBY', key, '0']) });
      expect(await incremented.text()).toBe(`{"result":${integer}}`);
    },
  );

  it('takes numbers and booleans as text', async () => {
    const key = store.key('k');
    await opened.post('/', ['RPUSH', key, 100, 1.5, true, false]);
    expect(await store.send('LRANGE', key, '0', '-1')).toEqual(['100', '1.5', 'true', 'false']);
  });

  it('keeps text as UTF-8', async () => {
    const key = store.key('k');
    await opened.post('/', ['SET', key, 'Réunion 🌋 地震']);
    expect(await store.send('GET', key)).toBe('Réunion 🌋 地震');
  });

  it.each([
    ['broken JSON', '["SET"'],
    ['nothing', ''],
    ['an object', '{"command":"PING"}'],
    ['a string', '"PING"'],
    ['an empty command', '[]'],
    ['an empty name', '[""]'],
    ['a null argument', '["SET","k",null]'],
    ['a nested argument', '["SET","k",{"a":1}]'],
    ['a batch', '[["PING"]]'],
  ])('answers 400 to %s', async (_, body) => {
    const response = await opened.call('/', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'ERR failed to parse command' });
  });

  it.each([
    ['an unknown command', ['NOSUCH', 'a'], /^ERR unknown command 'NOSUCH'/],
    ['a wrong number of arguments', ['GET'], /^ERR wrong number of arguments for 'get' command/],
    ['a failed command', ['EVAL', "return redis.error_reply('MINE no')", 0], /^MINE no/],
    ['a command that would disturb others', ['multi'], /^ERR Command is not available: 'MULTI'/],
  ])('answers 400 to %s', async (_, command, error) => {
    expect(await opened.post('/', command)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(error) },
    });
  });

  it('counts the states of the database in upstash-sync-token', async () => {
    const first = Number((await opened.post('/', ['PING'])).headers.get('upstash-sync-token'));
    const second = Number((await opened.post('/', ['PING'])).headers.get('upstash-sync-token'));
    expect(second).toBe(first + 1);
  });
});

describe('a command in the path', () => {
  it('is executed with its segments as arguments', async () => {
    const key = store.key('k');
    const response = await opened.call(`/set/${key}/bar/EX/100`, { method: 'GET' });
    expect(await response.json()).toEqual({ result: 'OK' });
    expect(await store.send('TTL', key)).toBe(100);
  });

  it.each(['POST', 'PUT'])('takes the body of a %s, then the query', async (method) => {
    const key = store.key('k');
    const response = await opened.call(`/set/${key}?EX=100&NX`, { method, body: 'a value / with ?' });
    expect(await response.json()).toEqual({ result: 'OK' });
    expect(await store.send('GET', key)).toBe('a value / with ?');
    expect(await store.send('TTL', key)).toBe(100);
  });

  it('keeps a binary body byte by byte', async () => {
    const key = store.key('k');
    const bytes = Uint8Array.of(0, 255, 128, 10, 13);
    await opened.call(`/set/${key}`, { body: bytes });
    const response = await opened.call(`/get/${key}`, {
      method: 'GET',
      headers: { 'upstash-encoding': 'base64' },
    });
    expect(await response.json()).toEqual({ result: Buffer.from(bytes).toString('base64') });
  });

  it('decodes its segments', async () => {
    const response = await opened.call('/ping/a%2Fb%20%F0%9F%8C%8B', { method: 'GET' });
    expect(await response.json()).toEqual({ result: 'a/b 🌋' });
  });

  it('keeps an empty segment', async () => {
    expect(await (await opened.call('/ping/', { method: 'GET' })).json()).toEqual({ result: '' });
  });

  it('answers 400 when its encoding is broken', async () => {
    expect((await opened.call('/ping/%E0%A4%A', { method: 'GET' })).status).toBe(400);
  });

  it('answers HEAD without a body', async () => {
    const response = await opened.call('/ping', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('the answer in base64', () => {
  const base64 = { 'upstash-encoding': 'base64' };
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  it('encodes bulk strings but not OK', async () => {
    const key = store.key('k');
    expect((await opened.post('/', ['SET', key, 'OK'], base64)).body).toEqual({ result: 'OK' });
    expect((await opened.post('/', ['GET', key], base64)).body).toEqual({ result: encoded('OK') });
  });

  it('encodes other status replies, which the client of Upstash decodes', async () => {
    expect((await opened.post('/', ['PING'], base64)).body).toEqual({ result: encoded('PONG') });
  });

  it('leaves integers, nil and errors alone', async () => {
    const batch = [['STRLEN', store.key('k')], ['GET', store.key('k')], ['NOSUCH']];
    expect((await opened.post('/pipeline', batch, base64)).body).toEqual([
      { result: 0 },
      { result: null },
      { error: expect.stringMatching(/^ERR unknown command/) },
    ]);
  });

  it('encodes strings in nested arrays', async () => {
    const script = "return {'a', 7, {'b', {'ü'}}, false}";
    expect((await opened.post('/', ['EVAL', script, 0], base64)).body).toEqual({
      result: [encoded('a'), 7, [encoded('b'), [encoded('ü')]], null],
    });
  });

  it('encodes the message of an error among other values', async () => {
    const script = "return {1, redis.pcall('GET')}";
    const { body } = await opened.post('/', ['EVAL', script, 0], base64);
    const { result } = z.object({ result: z.tuple([z.literal(1), z.string()]) }).parse(body);
    expect(Buffer.from(result[1], 'base64').toString()).toMatch(/^ERR .*[Ww]rong number/);
  });

  it('encodes inside a transaction', async () => {
    const key = store.key('k');
    const batch = [
      ['SET', key, 'v'],
      ['GET', key],
    ];
    expect((await opened.post('/multi-exec', batch, base64)).body).toEqual([
      { result: 'OK' },
      { result: encoded('v') },
    ]);
  });
});
