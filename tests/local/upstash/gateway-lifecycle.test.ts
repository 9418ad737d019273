import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../local/upstash/redis/redis-engine.js';
import { startGateway } from '../../../local/upstash/server.js';
import { createManualWait, openGateway, type Store, startStore, TOKEN } from './harness.js';

let store: Store;
beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());

describe('the round trip', () => {
  it('lies half before the execution and half before the answer', async () => {
    const clock = createManualWait();
    const key = store.key('k');
    const { gateway, post } = await openGateway(store, { roundTripMs: 100, wait: clock.wait });
    const answer = post('/', ['SET', key, '1']);
    await clock.begun(1);
    expect(clock.pending()).toEqual([50]);
    expect(await store.send('EXISTS', key)).toBe(0);
    clock.endAll();
    await clock.begun(1);
    expect(clock.pending()).toEqual([50]);
    expect(await store.send('EXISTS', key)).toBe(1);
    expect(gateway.requests[0]?.status).toBeNull();
    clock.endAll();
    expect(await answer).toMatchObject({ status: 200 });
    await gateway.close();
  });

  it('can be changed', async () => {
    const clock = createManualWait();
    const { gateway, post } = await openGateway(store, { wait: clock.wait });
    await post('/', ['PING']);
    gateway.setRoundTrip(30);
    const answer = post('/', ['PING']);
    await clock.begun(1);
    expect(clock.pending()).toEqual([15]);
    gateway.setRoundTrip(0);
    clock.endAll();
    expect(await answer).toMatchObject({ status: 200 });
    await gateway.close();
  });

  it('does not keep a command from being executed when the client goes away', async () => {
    const clock = createManualWait();
    const key = store.key('k');
    const { gateway, call } = await openGateway(store, { roundTripMs: 100, wait: clock.wait });
    const abort = new AbortController();
    const answer = call('/', { body: JSON.stringify(['SET', key, '1']), signal: abort.signal });
    const gone = expect(answer).rejects.toThrow('abort');
    await clock.begun(1);
    abort.abort();
    await gone;
    gateway.setRoundTrip(0);
    clock.endAll();
    await gateway.idle();
    expect(await store.send('GET', key)).toBe('1');
    await gateway.close();
  });
});

describe('close', () => {
  it('drops what is under way and executes none of it', async () => {
    const clock = createManualWait();
    const key = store.key('k');
    const { gateway, post } = await openGateway(store, { roundTripMs: 100, wait: clock.wait });
    const dropped = expect(post('/', ['SET', key, '1'])).rejects.toThrow('fetch failed');
    await clock.begun(1);
    await gateway.close();
    await dropped;
    await gateway.idle();
    expect(gateway.requests[0]?.status).toBeNull();
    expect(await store.send('EXISTS', key)).toBe(0);
  });

  it('stops answering', async () => {
    const { gateway, post } = await openGateway(store);
    await post('/', ['PING']);
    await gateway.close();
    await expect(post('/', ['PING'])).rejects.toThrow('fetch failed');
  });

  it('lets the process end, although a request was waiting', async () => {
    const program = fileURLToPath(new URL('./close-and-end.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('may be called twice', async () => {
    const { gateway } = await openGateway(store);
    await Promise.all([gateway.close(), gateway.close()]);
    await gateway.close();
  });

  it('leaves the Redis alone', async () => {
    const key = store.key('k');
    const { gateway, post } = await openGateway(store);
    await post('/', ['SET', key, '1']);
    await gateway.close();
    expect(await store.send('GET', key)).toBe('1');
  });
});

describe('failures around it', () => {
  it('does not start without a Redis', async () => {
    const engine = await startRedis();
    await engine.close();
    await expect(startGateway({ redisUrl: engine.url, token: TOKEN })).rejects.toThrow('ECONNREFUSED');
  });

  it('does not start on a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(port).toBeTypeOf('number');
    await expect(openGateway(store, { port: port ?? 0 })).rejects.toThrow('EADDRINUSE');
    taken.close();
  });

  it('answers 500 when the Redis is gone', async () => {
    const engine = await startRedis();
    const { gateway, post } = await openGateway({ ...store, url: engine.url });
    await engine.close();
    expect(await post('/', ['PING'])).toMatchObject({
      status: 500,
      body: { error: expect.stringMatching(/^ERR /) },
    });
    await gateway.close();
  });

  it('answers 500 when the interceptor fails', async () => {
    const { gateway, post } = await openGateway(store, {
      intercept: () => {
        throw new Error('a mistake in a test');
      },
    });
    expect(await post('/', ['PING'])).toMatchObject({
      status: 500,
      body: { error: 'ERR a mistake in a test' },
    });
    await gateway.close();
  });
});
