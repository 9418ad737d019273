import { DeadlineError } from '../../limits/deadline.js';
import { StoreError } from './error.js';
import type { HttpReply, Transport } from './transport.js';

/** Upstash refuses requests above 10 MB; no honest answer to one is larger. */
const MAX_REPLY_BYTES = 10_000_000;

export interface StoreEndpoint {
  readonly url: string;
  readonly token: string;
  readonly transport: Pick<Transport, 'post'>;
}

/** Sends one body to one path and returns the parsed answer. Knows HTTP, no Redis. */
export type Send = (path: readonly string[], body: unknown, signal: AbortSignal) => Promise<unknown>;

/**
 * The HTTP hop below the Upstash client. The client's own one hides the status code and Retry-After, puts the whole
 * request into its error messages and takes one signal for all requests, so that neither "retry 429 and 5xx, never
 * other 4xx" nor "no payload in an error" can be kept with it.
 *
 * @returns a function that throws StoreError for everything but a 200 with JSON
 */
export function createSend(endpoint: StoreEndpoint): Send {
  const base = endpoint.url.replace(/\/+$/, '');
  // Upstash replicates lazily; echoing its token lets a warm function read what it has just written.
  let syncToken = '';
  return async (path, body, signal) => {
    const reply = await post([base, ...path].join('/'), JSON.stringify(body), signal);
    syncToken = headerOf(reply, 'upstash-sync-token') ?? syncToken;
    if (reply.status !== 200) throw statusError(reply);
    try {
      return JSON.parse(reply.text);
    } catch {
      // The parser's own error quotes the answer.
      throw new StoreError('store-bad-answer', 'the store answered something that is no JSON', {
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
      if (!(cause instanceof RangeError)) throw networkError(cause, signal);
      const message = 'the answer of the store is too large';
      throw new StoreError('store-bad-answer', message, { retryable: false, cause });
    }
  }
}

function networkError(thrown: unknown, signal: AbortSignal): StoreError {
  if (signal.aborted && signal.reason instanceof DeadlineError) {
    return new StoreError('deadline', 'the time for this run was used up', { retryable: false });
  }
  if (signal.aborted)
    return new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });
  // Not the error itself as the cause: that of a parser carries the bytes it could not parse.
  return new StoreError('store-unreachable', `the store could not be reached${errnoOf(thrown)}`, {
    retryable: true,
  });
}

function statusError(reply: HttpReply): StoreError {
  const { status } = reply;
  return new StoreError(`store-http-${status}`, `the store answered ${status}`, {
    retryable: status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(headerOf(reply, 'retry-after')),
  });
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Of one that came more than once, what Node makes of it: the first, or all in a row. */
function headerOf({ headers }: HttpReply, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The system's or OpenSSL's code of an error, such as ECONNREFUSED. */
function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? ` (${code})` : '';
}
