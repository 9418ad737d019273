import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../../local/upstash/server.js';
import { type Store, startStore, TOKEN } from './harness.js';

let store: Store;
let gateway: Gateway;
beforeAll(async () => {
  store = await startStore();
  gateway = await startGateway({ redisUrl: store.url, token: TOKEN });
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});

const encodings: ('base64' | false)[] = ['base64', false];

describe.each(encodings)('@upstash/redis with response encoding %s', (responseEncoding) => {
  const connect = (options = {}) =>
    new Redis({ url: gateway.url, token: TOKEN, responseEncoding, enableTelemetry: false, ...options });

  it('gets back what it set: objects, numbers, booleans, text in any script', async () => {
    const redis = connect();
    const values = [{ a: [1, { b: null }] }, 42, -1.5, true, 'Réunion 🌋 地震 \u0000 "quoted"\r\n', '', 'OK'];
    for (const value of values) {
      const key = store.key('k');
      expect(await redis.set(key, value)).toBe('OK');
      expect(await redis.get(key)).toEqual(value);
    }
  });

  it('gets back a value of 4 MB', async () => {
    const redis = connect();
    const [key, value] = [store.key('k'), '{"🌋":"ü"}'.repeat(300_000)];
    await redis.set(key, value);
    expect(await redis.get(key)).toBe(value);
  });

  it('sets only what is not there yet, and for how long', async () => {
    const redis = connect();
    const key = store.key('k');
    expect(await redis.set(key, 'first', { nx: true, ex: 100 })).toBe('OK');
    expect(await redis.set(key, 'second', { nx: true, ex: 900 })).toBeNull();
    expect(await redis.get(key)).toBe('first');
    expect(await redis.ttl(key)).toBe(100);
  });

  it('evaluates a script', async () => {
    const redis = connect();
    const key = store.key('k');
    const script = `redis.call('SET', KEYS[1], ARGV[1])
      return {redis.call('GET', KEYS[1]), 7, {'nested'}, false}`;
    expect(await redis.eval(script, [key], ['ü'])).toEqual(['ü', 7, ['nested'], null]);
  });

  it('reads each slot of a pipeline, errors included', async () => {
    const redis = connect();
    const key = store.key('k');
    const slots = await redis.pipeline().set(key, 'text').incr(key).get(key).exec({ keepErrors: true });
    expect(slots).toEqual([
      { result: 'OK', error: undefined },
      { result: undefined, error: 'ERR value is not an integer or out of range' },
      { result: 'text', error: undefined },
    ]);
  });

  it('executes a transaction', async () => {
    const redis = connect();
    const [key, set] = [store.key('k'), store.key('z')];
    const results = await redis
      .multi()
      .set(key, { a: 1 })
      .get(key)
      .zadd(set, { score: 5, member: 'm' })
      .zrange(set, 0, -1, { withScores: true })
      .exec();
    expect(results).toEqual(['OK', { a: 1 }, 1, ['m', 5]]);
  });

  it('reads replies of other shapes', async () => {
    const redis = connect();
    const key = store.key('h');
    expect(await redis.ping()).toBe('PONG');
    expect(await redis.hset(key, { a: 1, b: 'zwei' })).toBe(2);
    expect(await redis.hgetall(key)).toEqual({ a: 1, b: 'zwei' });
    expect(await redis.type(key)).toBe('hash');
    expect(await redis.mget(store.key('none'), store.key('none'))).toEqual([null, null]);
    expect(await redis.lpush(store.key('l'), 'a', 'b')).toBe(2);
  });

  it('gets a Redis error and a wrong token as exceptions', async () => {
    await expect(connect().eval("return redis.error_reply('MINE no')", [], [])).rejects.toThrow('MINE no');
    await expect(connect({ token: 'wrong' }).ping()).rejects.toThrow('Unauthorized');
  });
});
