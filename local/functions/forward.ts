import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface ForwardedCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * How a forwarded call ended.
 *
 * - `answered`: the answer was passed on
 * - `refused`: nobody listens on the port, the call was not made
 * - `failed`: the function broke off without an answer
 * - `cut-off`: the answer ended too early, by the function's fault or the caller's
 * - `timed-out`: the signal fired first
 */
export type ForwardOutcome = 'answered' | 'refused' | 'failed' | 'cut-off' | 'timed-out';

/**
 * Passes a call to a function process and its answer back to the caller. A caller that hangs up while it waits does
 * not stop the function: on Vercel it does not either.
 *
 * @param port where the function process listens on loopback
 * @param signal fires when the function's time is over
 */
export async function forward(
  call: ForwardedCall,
  port: number,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<ForwardOutcome> {
  try {
    const answer = await send(call, port, signal);
    return await passOn(answer, response, signal);
  } catch (error) {
    if (signal.aborted) return 'timed-out';
    return codeOf(error) === 'ECONNREFUSED' ? 'refused' : 'failed';
  }
}

/** Headers that speak of one connection, and so are not passed on to the next. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A message's headers without those of its connection; a header that came several times stays several. */
export function endToEndHeaders(message: IncomingMessage): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values === undefined || HOP_BY_HOP.has(name)) continue;
    headers[name] = values.length === 1 ? values[0] : values;
  }
  return headers;
}

function send({ method, url, headers, body }: ForwardedCall, port: number, signal: AbortSignal) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    // A connection per call: one kept from before might lead to a process that has died since.
    httpRequest({ host: '127.0.0.1', port, method, path: url, headers, agent: false, signal })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
}

async function passOn(
  answer: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<ForwardOutcome> {
  for (const [name, value] of Object.entries(endToEndHeaders(answer))) {
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(answer.statusCode ?? 500);
  try {
    await pipeline(answer, response, { signal });
    return 'answered';
  } catch {
    return signal.aborted ? 'timed-out' : 'cut-off';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
