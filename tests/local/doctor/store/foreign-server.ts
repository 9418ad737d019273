import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

export interface Foreignness {
  /** What it makes of each command before it passes it on. */
  readonly change?: (command: readonly unknown[]) => readonly unknown[];
  /** Refuses larger bodies with a 413, and resets the connection when the next request comes over it. */
  readonly mostBytes?: number;
}

const BatchSchema = z.array(z.array(z.unknown()));

/** Another server of the same REST API, with the gateway behind it. */
export async function startForeignServer(gatewayUrl: string, foreignness: Foreignness): Promise<string> {
  const { change = (command) => command, mostBytes = Infinity } = foreignness;
  const refused = new WeakSet<Socket>();
  const server = createServer(async (request, response) => {
    if (refused.has(request.socket)) return void request.socket.resetAndDestroy();
    const body = await read(request);
    if (body.length > mostBytes) {
      refused.add(request.socket);
      return void response.writeHead(413).end();
    }
    const answer = await fetch(gatewayUrl + request.url, {
      method: 'POST',
      headers: { authorization: request.headers.authorization ?? '' },
      body: JSON.stringify(BatchSchema.parse(JSON.parse(body)).map(change)),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** As a server prints numbers that it parsed into float64: 7776000000 becomes 7.776e+09. */
export function asFloats(command: readonly unknown[]): readonly unknown[] {
  return command.map((argument) => {
    if (typeof argument !== 'number' || Math.abs(argument) < 1e6) return argument;
    return argument.toExponential().replace(/e\+(\d)$/, 'e+0$1');
  });
}
