import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Handler } from '../../lib/web/route.js';

export interface Call {
  readonly method?: string;
  /** Path and query. Default `/`. */
  readonly path?: string;
  /** A list sends the header as often as it has items. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Hands one call to a handler in this process. */
export async function callHandler(handler: Handler, call: Call = {}): Promise<Reply> {
  const response = await handler(requestOf(call));
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

/** The request that a call makes. */
export function requestOf({ method = 'GET', path = '/', headers = {}, body }: Call): Request {
  const list = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  return new Request(`http://127.0.0.1${path}`, {
    method,
    headers: new Headers(list),
    body: method === 'GET' || method === 'HEAD' ? null : (body ?? null),
  });
}

/** Makes one HTTP call. Unlike fetch it sends any header, repeated ones too, and follows no redirect. */
export async function callHttp(origin: string, call: Call = {}): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, body = '' } = call;
  const sent = request(origin + path, { method, headers, agent: false }).end(body);
  // A server may answer and hang up before it has read everything; what matters is the answer.
  sent.on('error', () => undefined);
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(sent, 'response'));
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
}
