import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openGateway, type Store, startStore, TOKEN } from './harness.js';

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

/** Opens a stream and reads as many events from it as are asked for. */
async function listen(path: string) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const headers = { accept: 'text/event-stream' };
  const response = await opened.call(path, { headers, signal: leaving.signal });
  const body = response.body ?? new ReadableStream();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  return {
    response,
    leave: () => leaving.abort(),
    async events(count: number): Promise<string[]> {
      while (text.split('\n\n').length <= count) {
        const { done, value } = await reader.read();
        if (done) break;
        text += decoder.decode(value, { stream: true });
      }
      return text.split('\n\n').slice(0, count);
    },
  };
}

it('streams what is published on channels', async () => {
  const channel = store.key('chat');
  const stream = await listen(`/subscribe/${channel}/${channel}-2`);
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
  const confirmed = [`data: subscribe,${channel},1`, `data: subscribe,${channel}-2,2`];
  expect(await stream.events(2)).toEqual(confirmed);

  await store.send('PUBLISH', `${channel}-2`, 'hello, world');
  await store.send('PUBLISH', channel, 'two\nlines');

  expect(await stream.events(4)).toEqual([
    ...confirmed,
    `data: message,${channel}-2,hello, world`,
    `data: message,${channel},two\ndata: lines`,
  ]);
});

it('streams what is published on channels that match a pattern', async () => {
  const prefix = store.key('news');
  const stream = await listen(`/psubscribe/${prefix}.*`);
  await stream.events(1);

  await store.send('PUBLISH', `${prefix}.art`, 'hello');

  expect(await stream.events(2)).toEqual([
    `data: psubscribe,${prefix}.*,1`,
    `data: pmessage,${prefix}.*,${prefix}.art,hello`,
  ]);
});

it('takes no body for a channel: the client of Upstash sends an empty list with every request', async () => {
  const redis = new Redis({ url: opened.gateway.url, token: TOKEN, enableTelemetry: false });
  const channel = store.key('chat');
  const subscriber = redis.subscribe(channel);
  onTestFinished(() => void subscriber.unsubscribe());
  const counts: number[] = [];
  await new Promise<void>((subscribed) =>
    subscriber.on('subscribe', (count) => {
      counts.push(count);
      subscribed();
    }),
  );
  const heard = new Promise((message) => subscriber.on('message', message));
  await store.send('PUBLISH', channel, 'hello');
  await heard;

  expect(counts).toEqual([1]);
  const headers = { accept: 'text/event-stream' };
  expect((await opened.call('/subscribe', { headers, body: '[]' })).status).toBe(400);
});

it('streams the commands that Redis executes', async () => {
  const stream = await listen('/monitor');
  expect(await stream.events(1)).toEqual(['data: "OK"']);
  const key = store.key('k');

  await store.send('SET', key, 'v');

  const [, line] = await stream.events(2);
  expect(line).toMatch(/^data: \d+\.\d+ \[0 .+\] "SET" /);
  expect(line).toContain(`"${key}" "v"`);
});

it('serves the subscriber of the Upstash client', async () => {
  const redis = new Redis({ url: opened.gateway.url, token: TOKEN, enableTelemetry: false });
  const channel = store.key('chat');
  const subscriber = redis.subscribe<{ a: number }>(channel);
  await new Promise((subscribed) => subscriber.on('subscribe', subscribed));
  const heard = new Promise((message) => subscriber.on('message', message));

  await redis.publish(channel, { a: 1 });

  expect(await heard).toMatchObject({ channel, message: { a: 1 } });
  await subscriber.unsubscribe();
});

it('ends its connection to Redis when the client goes away, and all of them when the gateway closes', async () => {
  const [channel, own] = [store.key('chat'), await openGateway(store)];
  const subscribers = async () => {
    const counted = await store.send('PUBSUB', 'NUMSUB', channel);
    return Array.isArray(counted) ? Number(counted[1]) : -1;
  };
  const stream = await listen(`/subscribe/${channel}`);
  const headers = { accept: 'text/event-stream' };
  const other = await own.call(`/subscribe/${channel}`, { headers });
  await stream.events(1);
  await expect.poll(subscribers).toBe(2);

  stream.leave();
  await expect.poll(subscribers).toBe(1);
  await own.gateway.idle();
  await own.gateway.close();

  await expect(other.text()).rejects.toThrow('terminated');
  await expect.poll(subscribers).toBe(0);
});

it('needs the token, and the header that asks for events', async () => {
  const headers = { accept: 'text/event-stream', authorization: 'Bearer wrong' };
  expect((await opened.call('/monitor', { headers })).status).toBe(401);
  expect((await opened.call('/monitor')).status).toBe(400);
  expect((await opened.call('/subscribe', { headers: { accept: 'text/event-stream' } })).status).toBe(400);
});
