import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { callCron } from '../../local/cron.js';

const received: IncomingMessage[] = [];
const server = createServer((request, response) => {
  received.push(request);
  if (request.url === '/moved') response.writeHead(308, { location: '/elsewhere' }).end();
  else response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
});
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const clockOf = (...times: number[]) => ({ now: () => 0, monotonic: () => times.shift() ?? Number.NaN });

it('calls once, as the cron of Vercel does, and answers what it got', async () => {
  received.length = 0;
  const call = { url: `${origin}/api/run`, secret: 's', schedule: '0 6 * * *' };
  expect(await callCron(call, clockOf(5, 12))).toEqual({
    status: 500,
    contentType: 'application/json',
    body: '{}',
    durationMs: 7,
  });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: 'GET',
    url: '/api/run',
    headers: {
      'user-agent': 'vercel-cron/1.0',
      authorization: 'Bearer s',
      'x-vercel-cron-schedule': '0 6 * * *',
    },
  });
});

it('does not follow redirects', async () => {
  received.length = 0;
  expect(await callCron({ url: `${origin}/moved`, secret: 's', schedule: '' })).toMatchObject({
    status: 308,
  });
  expect(received).toHaveLength(1);
});

it('throws when it is interrupted', async () => {
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(callCron({ url: origin, secret: 's', schedule: '', signal })).rejects.toThrow('interrupted');
});
