import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { listenOnLoopback } from '../../../local/listen.js';
import { makeCertificate } from './certificate.js';
import { startFarFront } from './far-front.js';

it('carries requests over TLS and counts what was opened', async () => {
  const server = createServer((_, response) => response.end('hello'));
  const certificate = await makeCertificate();
  const far = await startFarFront({ port: await listenOnLoopback(server), certificate });
  const agent = new Agent({ ca: certificate.cert, keepAlive: true, maxSockets: 1 });
  const ask = async () => {
    const sent = request(far.url, { agent }).end();
    const [response] = z.tuple([z.custom<NodeJS.ReadableStream>()]).parse(await once(sent, 'response'));
    return text(response);
  };
  far.setRoundTrip(4);

  expect(await ask()).toBe('hello');
  expect(await ask()).toBe('hello');

  expect(far.openedAt).toHaveLength(1);
  expect(far.handshakes).toBe(1);
  agent.destroy();
  await far.close();
  server.close();
});
