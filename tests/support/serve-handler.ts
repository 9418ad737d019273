import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { VercelRequest, VercelResponse } from '@vercel/node';
import { z } from 'zod';

type Handler = (req: VercelRequest, res: VercelResponse) => Promise<void>;

export interface Call {
  readonly method?: string;
  /** Path and query. Default `/`. */
  readonly path?: string;
  /** A list sends the header as often as it has items. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
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

/** Runs one call through a handler over real HTTP, with the query as the platform parses it. */
export async function callHandler(handler: Handler, call: Call = {}): Promise<Reply> {
  const server = createServer((req, res) => {
    void handler(asVercelRequest(req), asVercelResponse(res));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  try {
    return await callHttp(`http://127.0.0.1:${port}`, call);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function asVercelRequest(req: IncomingMessage): VercelRequest {
  const { searchParams } = new URL(req.url ?? '/', 'http://127.0.0.1');
  return Object.assign(req, { query: Object.fromEntries(searchParams), cookies: {}, body: undefined });
}

/** The platform's additions to a response are of no use here: handlers answer with what Node has. */
function asVercelResponse(res: ServerResponse): VercelResponse {
  const unused = () => {
    throw new Error('not there in every runtime');
  };
  return Object.assign(res, { send: unused, json: unused, status: unused, redirect: unused });
}
