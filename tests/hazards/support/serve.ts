import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { z } from 'zod';
import type { Wait } from '../../../lib/hazards/feeds/fetch-text.js';

export interface Served {
  /** Origin and a path, no query. */
  readonly url: string;
  /** Path and query of every request so far. */
  readonly requests: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real HTTP server on loopback for the length of a test: `await using served = await serve(…)`. */
export async function serve(listener: RequestListener): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/feed`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers every request with the same JSON. */
export function serveJson(body: unknown): Promise<Served> {
  return serve((_request, response) => response.end(JSON.stringify(body)));
}

export function featureCollection(features: readonly unknown[]) {
  return { type: 'FeatureCollection', features };
}

/** A wait that is over at once. */
export const noWait: Wait = async () => undefined;

/** A wait that ends only with its signal: for what happens when an answer takes long. */
export const endlessWait: Wait = (_ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Feed dependencies that do not wait before the retry, and whose own timeout stays out of the way. */
export const AT_ONCE = { random: () => 0, timeoutMs: 60_000, wait: noWait };

export const NEVER = new AbortController().signal;
