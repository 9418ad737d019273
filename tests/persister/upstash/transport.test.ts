import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTransport, type Transport } from '../../../lib/persister/upstash/transport.js';
import { startSlowAddress } from '../../support/slow-address.js';

const never = new AbortController().signal;
const echo: RequestListener = async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.setHeader('x-method', request.method ?? '').end(body);
};

let transport: Transport;
let server: Server;
let sockets: Set<Socket>;
let opened: number;
let scheme: string;

async function listen(next: Server, secure = false): Promise<void> {
  server = next;
  scheme = secure ? 'https' : 'http';
  sockets = new Set();
  opened = 0;
  server.on('connection', (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

beforeEach(async () => {
  transport = createTransport();
  await listen(createServer(echo));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = () => `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
const post = (body = '', options: Partial<Parameters<Transport['post']>[0]> = {}) =>
  transport.post({
    headers: {},
    body,
    signal: never,
    mostBytes: 1_000,
    ...options,
    url: options.url ?? url(),
  });
const eight = () => Promise.all(Array.from({ length: 8 }, (_, i) => post(`${i}`)));
const untilOpen = (count: number) => vi.waitFor(() => expect(sockets.size).toBe(count));

describe('post', () => {
  it('answers with status, headers and text, whatever they are', async () => {
    const text = 'Zürich 東京 🌋';

    expect(await post(text)).toMatchObject({ status: 200, headers: { 'x-method': 'POST' }, text });
    server.removeAllListeners('request').on('request', (_, response) => response.writeHead(503).end('no'));
    expect(await post()).toMatchObject({ status: 503, text: 'no' });
  });

  it('opens a connection for each request that is under way, and none for those that follow', async () => {
    await eight();
    await eight();
    await post();

    expect(opened).toBe(8);
  });

  it('reads no more than it may', async () => {
    await expect(post('x'.repeat(1_001))).rejects.toBeInstanceOf(RangeError);
    expect((await post('x'.repeat(1_000))).text).toHaveLength(1_000);
  });

  it('ends with its signal, and gives up its connection', async () => {
    server.removeAllListeners('request').on('request', () => controller.abort());
    const controller = new AbortController();

    await expect(post('', { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await untilOpen(0);
  });

  it('throws what breaks an answer off', async () => {
    server.removeAllListeners('request').on('request', (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => request.socket.destroy());
    });

    await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      /switched/,
    ],
    ['is no HTTP', 'no such thing\r\n\r\n', /Parse Error/],
    ['is nothing', '', /socket hang up/],
  ])('throws when the answer %s', async (_, answer, message) => {
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      socket.once('data', () => socket.end(answer));
    });

    await expect(post()).rejects.toThrow(message);
  });

  it.each([
    ['103', 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200, 'ok'],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
  ])('takes %s for what it is', async (_, answer, status, text) => {
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      socket.once('data', () => socket.end(answer));
    });

    expect(await post()).toMatchObject({ status, text });
  });

  it('reaches a host with a slow address and an unreachable one', async () => {
    expect(await post('', { url: await startSlowAddress() })).toMatchObject({ status: 200, text: 'hello' });
  });

  it('throws what is wrong with an address or a header, without the header', async () => {
    await expect(post('', { url: 'nowhere' })).rejects.toThrow('Invalid URL');
    await expect(post('', { headers: { authorization: 'Bearer a\nb' } })).rejects.toThrow(
      /^Invalid character in header content \["authorization"\]$/,
    );
  });
});

describe('preconnect', () => {
  it('opens connections that later requests use', async () => {
    transport.preconnect(url(), 8);
    await untilOpen(8);

    await eight();

    expect(opened).toBe(8);
  });

  it('counts those that are open, in use or idle', async () => {
    await post();
    const slow = Promise.all([post(), post()]);
    transport.preconnect(url(), 4);
    transport.preconnect(url(), 4);
    await slow;
    transport.preconnect(url(), 4);
    await untilOpen(4);

    await eight();

    expect(opened).toBe(8);
  });

  it('serves requests that are made before its connections are open', async () => {
    transport.preconnect(url(), 8);

    await eight();

    expect(opened).toBe(8);
  });

  it.each([
    ['ended', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('uses none that its peer has %s meanwhile', async (_, close) => {
    transport.preconnect(url(), 3);
    await untilOpen(3);
    for (const socket of sockets) close(socket);
    await untilOpen(0);

    expect((await post('still there')).text).toBe('still there');
    expect(opened).toBe(4);
  });

  it('never throws, and leaves it to the request to say what is wrong', async () => {
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    const closed = `http://127.0.0.1:${port}`;

    transport.preconnect('nowhere', 8);
    transport.preconnect('mailto:somebody', 8);
    transport.preconnect(closed, 8);

    await expect(post('', { url: closed })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('makes its handshakes ahead over TLS, too', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    server.close();
    await listen(createSecureServer({ key, cert }, echo), true);
    const secured = vi.fn();
    server.on('secureConnection', secured);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    transport.preconnect(url(), 8);
    await vi.waitFor(() => expect(secured).toHaveBeenCalledTimes(8));

    await eight();

    expect(secured).toHaveBeenCalledTimes(8);
  });
});

it('resumes the TLS session of an earlier connection', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  server.close();
  await listen(createSecureServer({ key, cert }, echo), true);
  const reused: boolean[] = [];
  server.on('secureConnection', (socket: TLSSocket) => reused.push(socket.isSessionReused()));
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());

  await post();
  for (const socket of sockets) socket.destroy();
  await untilOpen(0);
  await post();

  expect(reused).toEqual([false, true]);
});

it('declares nothing in other modules, which users of the package would have to declare too', async () => {
  const files = (await readdir('lib', { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(`lib/${name}`, 'utf8')));

  expect(files.filter((_, i) => /^declare (module|global)\b/m.test(texts[i] ?? ''))).toEqual([]);
});

it('keeps no process alive with connections that idle, used before or not', async () => {
  const module = fileURLToPath(new URL('../../../lib/persister/upstash/transport.ts', import.meta.url));
  const script = `
    import { createTransport } from ${JSON.stringify(module)};
    const transport = createTransport();
    transport.preconnect('${url()}', 8);
    const signal = new AbortController().signal;
    await transport.post({ url: '${url()}', headers: {}, body: '', signal, mostBytes: 9 });
    process.on('exit', () => process.stdout.write(String(performance.now() - answeredAt < 1_000)));
    const answeredAt = performance.now();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
  const [told] = await once(child.stdout, 'data');

  expect(String(told)).toBe('true');
  expect(opened).toBe(8);
});
