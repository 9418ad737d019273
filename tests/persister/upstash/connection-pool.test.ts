import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConnectionPool, createConnectionPool } from '../../../lib/persister/upstash/transport.js';

let server: Server;
let opened: number;
let now: number;
let pool: ConnectionPool;

beforeEach(async () => {
  opened = 0;
  now = 1_000_000;
  server = createServer((_, response) => response.end()).on('connection', () => {
    opened += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  pool = createConnectionPool(new URL(url()), () => now);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function ask(): Promise<void> {
  const [response] = await once(request(url(), { agent: pool.agent() }).end(), 'response');
  await once(response.resume(), 'end');
}

/** A function that was frozen runs no timers: here none comes due either, and only the clock has moved on. */
describe('after a freeze', () => {
  it('uses no connection that idled before it', async () => {
    await ask();
    now += 3_000;
    await ask();
    expect(opened).toBe(1);

    now += 5_000;
    await ask();
    expect(opened).toBe(2);
  });

  it('uses none that was opened ahead before it', async () => {
    pool.fill(3);
    await vi.waitFor(() => expect(opened).toBe(3));

    now += 5_000;
    await ask();

    expect(opened).toBe(4);
  });

  it('counts none of them as open', async () => {
    await ask();
    pool.fill(3);
    await vi.waitFor(() => expect(opened).toBe(3));

    now += 5_000;
    pool.fill(3);

    await vi.waitFor(() => expect(opened).toBe(6));
  });
});
