import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';

it('opens a connection for each lane while the function is loading, and sends nothing', async () => {
  const sockets: Socket[] = [];
  let bytes = 0;
  const server = net.createServer((socket) => {
    sockets.push(socket.on('data', (chunk) => (bytes += chunk.length)).on('error', () => undefined));
    if (sockets.length === 8) server.emit('all');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const all = once(server, 'all');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  vi.stubEnv('UPSTASH_REDIS_REST_URL', `http://127.0.0.1:${address.port}`);
  try {
    await import('../../../api/cron/persist-regions.js?ahead' as string);
    await all;
    expect({ connections: sockets.length, bytes }).toEqual({ connections: 8, bytes: 0 });
  } finally {
    vi.unstubAllEnvs();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
