import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { PlatformCall } from './calls.js';

/** What the contract says about headers. The platform adds others of its own: server, x-vercel-*, connection. */
const HEADERS = [
  ...['allow', 'cache-control', 'content-type', 'etag', 'location', 'retry-after', 'www-authenticate'],
  ...['content-security-policy', 'referrer-policy', 'x-content-type-options'],
] as const;

export interface PlatformAnswer {
  readonly status: number;
  /** Those that matter and are there. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Asks one side. No redirect is followed, and no header is added but Host. */
export async function ask(origin: string, call: PlatformCall): Promise<PlatformAnswer> {
  const { path, method = 'GET', headers = {}, body = '' } = call;
  const sent = request(origin + path, { method, headers, agent: false }).end(body);
  // A server may answer and hang up before it has read everything; what matters is the answer.
  sent.on('error', () => undefined);
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(sent, 'response'));
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      HEADERS.flatMap((name) => {
        const value = response.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    ),
    body: await text(response),
  };
}
