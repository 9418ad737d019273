import { errorFromNetwork, errorFromStatus, StoreError } from './error.js';
import type { HttpReply, Transport } from './transport.js';

/** Upstash refuses requests above 10 MB, and a correct answer to one is no larger. */
const MAX_REPLY_BYTES = 10_000_000;

export interface StoreEndpoint {
  readonly url: string;
  readonly token: string;
  readonly transport: Pick<Transport, 'post'>;
}

/** Sends one body to one path and returns the parsed answer. Knows HTTP but not Redis. */
export type Send = (path: readonly string[], body: unknown, signal: AbortSignal) => Promise<unknown>;

/**
 * The HTTP layer below the Upstash client. The client's own requester hides the status code and `Retry-After`, puts the
 * whole request into its error messages and takes one signal for all requests: with it we could neither decide what to
 * retry nor keep payloads out of errors.
 *
 * @returns a function that throws a StoreError for everything but a 200 with JSON
 */
export function createSend(endpoint: StoreEndpoint): Send {
  const base = endpoint.url.replace(/\/+$/, '');
  // Upstash replicates lazily; echoing its token lets a warm function read what it has just written.
  let syncToken = '';
  return async (path, body, signal) => {
    const reply = await post([base, ...path].join('/'), JSON.stringify(body), signal);
    syncToken = headerOf(reply, 'upstash-sync-token') ?? syncToken;
    if (reply.status !== 200) {
      throw errorFromStatus({ ...reply, retryAfter: headerOf(reply, 'retry-after') });
    }
    try {
      return JSON.parse(reply.text);
    } catch {
      // The parser's own error is not kept as the cause: it quotes the answer.
      throw new StoreError('store-bad-answer', 'the answer of the store is not valid JSON', {
        retryable: true,
      });
    }
  };

  async function post(url: string, body: string, signal: AbortSignal): Promise<HttpReply> {
    const headers = {
      authorization: `Bearer ${endpoint.token}`,
      'content-type': 'application/json',
      'upstash-sync-token': syncToken,
    };
    try {
      return await endpoint.transport.post({ url, headers, body, signal, mostBytes: MAX_REPLY_BYTES });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw errorFromNetwork(cause, signal);
      const message = 'the answer of the store is too large';
      throw new StoreError('store-bad-answer', message, { retryable: false, cause });
    }
  }
}

/** A header that came more than once reads as Node joins it: the first value, or all of them in a list. */
function headerOf({ headers }: HttpReply, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
