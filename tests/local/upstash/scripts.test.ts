import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlagRemover, skewTime } from '../../../local/upstash/scripts.js';
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

describe('the flag allow-key-locking', () => {
  const SCRIPT = "#!lua flags=allow-key-locking\nreturn redis.call('SET', KEYS[1], ARGV[1])";
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

  it('is accepted by every way to a script', async () => {
    const key = store.key('k');
    expect((await opened.post('/', ['EVAL', SCRIPT, 1, key, 'a'])).body).toEqual({ result: 'OK' });
    expect((await opened.post('/multi-exec', [['EVAL', SCRIPT, 1, key, 'b']])).body).toEqual([
      { result: 'OK' },
    ]);
    expect((await opened.post('/', ['EVALSHA', sha1(SCRIPT), 1, key, 'c'])).body).toEqual({ result: 'OK' });
    expect(await store.send('GET', key)).toBe('c');
  });

  it('leaves other flags, other scripts and the numbers of lines alone', () => {
    const remove = createFlagRemover();
    const text = (script: string) => remove(['EVAL', script, '0'])[1];

    expect(text('#!lua flags=allow-key-locking\nreturn 1')).toBe('--\nreturn 1');
    expect(text('#!lua flags=no-writes,allow-key-locking\nreturn 1')).toBe('#!lua flags=no-writes\nreturn 1');
    expect(text('#!lua flags=no-writes\nreturn 1')).toBe('#!lua flags=no-writes\nreturn 1');
    expect(text("return 'allow-key-locking'")).toBe("return 'allow-key-locking'");
    expect(remove(['SET', 'k', '#!lua flags=allow-key-locking'])).toEqual([
      'SET',
      'k',
      '#!lua flags=allow-key-locking',
    ]);
  });
});

describe('skewTime', () => {
  const seconds = async (...command: ReturnType<typeof skewTime>) => {
    const [name, ...args] = command.map(String);
    const reply = await store.send(name ?? '', ...args);
    return Array.isArray(reply) ? reply.map(Number) : [];
  };

  it.each([-3_600_500, 90_000_250])('moves TIME by %i ms, in a script or by itself', async (skewMs) => {
    const [s = 0, us = 0] = await seconds('TIME');
    const expected = (s * 1_000_000 + us + skewMs * 1_000) / 1_000_000;

    for (const command of [
      skewTime(['TIME'], skewMs),
      skewTime(['EVAL', `local t = redis.call('TIME')\nreturn t`, '0'], skewMs),
      skewTime(['EVAL', `return redis.call("time")`, '0'], skewMs),
    ]) {
      const [skewedS = 0, skewedUs = 0] = await seconds(...command);
      expect(skewedUs).toBeLessThan(1_000_000);
      expect(skewedS + skewedUs / 1_000_000 - expected).toBeCloseTo(0, -1);
      expect(skewedS + skewedUs / 1_000_000).toBeGreaterThanOrEqual(expected);
    }
  });

  it('changes nothing else', () => {
    expect(skewTime(['GET', 'TIME'], 5)).toEqual(['GET', 'TIME']);
    expect(skewTime(['EVAL', 'return 1', '0'], 5)).toEqual(['EVAL', 'return 1', '0']);
  });
});
