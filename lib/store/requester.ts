import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeadlineReason } from '../deadline.js';
import { readText } from '../read-text.js';
import { StoreError } from './store-error.js';

/** Upstash refuses requests above 10 MB; no honest answer to one is larger. */
const MAX_REPLY_BYTES = 10_000_000;

export interface StoreEndpoint {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
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
    const response = await post([base, ...path].join('/'), body, signal);
    syncToken = response.headers.get('upstash-sync-token') ?? syncToken;
    const text = await readBody(response, signal);
    // fetch resolves the body a moment before it frees the connection. A request sent in that moment opens another
    // one, so that eight commits right after eight claims pay for eight handshakes. One turn of the loop prevents it.
    await nextTurn();
    if (!response.ok) throw statusError(response);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new StoreError('store-bad-answer', 'the store answered something that is no JSON', {
        retryable: true,
        cause: cause instanceof SyntaxError ? undefined : cause,
      });
    }
  };

  async function post(url: string, body: unknown, signal: AbortSignal): Promise<Response> {
    try {
      return await endpoint.fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${endpoint.token}`,
          'content-type': 'application/json',
          'upstash-sync-token': syncToken,
        },
        body: JSON.stringify(body),
        redirect: 'error',
        signal,
      });
    } catch (cause) {
      throw networkError(cause, signal);
    }
  }
}

async function readBody(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await readText(response, MAX_REPLY_BYTES);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new StoreError('store-bad-answer', 'the answer of the store is too large', {
        retryable: false,
        cause,
      });
    }
    throw networkError(cause, signal);
  }
}

function networkError(cause: unknown, signal: AbortSignal): StoreError {
  if (signal.aborted && isDeadlineReason(signal.reason)) {
    return new StoreError('deadline', 'the time for this run was used up', { retryable: false, cause });
  }
  if (signal.aborted) {
    return new StoreError('store-timeout', 'the store did not answer in time', { retryable: true, cause });
  }
  return new StoreError('store-unreachable', `the store could not be reached${errnoOf(cause)}`, {
    retryable: true,
    cause,
  });
}

function statusError(response: Response): StoreError {
  const { status } = response;
  return new StoreError(`store-http-${status}`, `the store answered ${status}`, {
    retryable: status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
  });
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** undici puts the system's error code into `cause.code`, one level down. */
function errnoOf(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? ` (${code})` : '';
}
