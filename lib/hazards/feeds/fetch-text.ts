import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { withTimeout } from '../../limits/deadline.js';
import { readText } from '../../limits/network.js';
import { backoffMs } from '../../limits/retry.js';
import type { BodyCheck } from './feed-budget.js';
import { cleanText } from './texts.js';

/** Waits, and ends early without an error when the signal fires. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface FetchTextRequest {
  readonly url: URL;
  /** The media type to ask for. */
  readonly accept: string;
  /** Everything stops when it fires. */
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  /** Evenly distributed in [0, 1). */
  readonly random: () => number;
  readonly wait: Wait;
  /** Limit of one attempt, body included, ms; without it the signal alone limits it. */
  readonly timeoutMs?: number | undefined;
  /** @returns a check that sees the body of one answer go by */
  readonly check: () => BodyCheck;
}

/**
 * How much of an error page is read (a larger one is not quoted), and how much of that is looked at: the beginning is
 * enough.
 */
const MAX_ERROR_PAGE_BYTES = 64 * 1024;
const MAX_LOOKED_AT = 4_096;
const MAX_QUOTE_LENGTH = 120;
const RETRY = { attempts: 2, baseMs: 500, capMs: 500 };
/** After a longer `Retry-After` there is no retry: no run waits that long. In ms. */
const MAX_RETRY_AFTER_MS = 20_000;
const MAX_REDIRECTS = 3;
const USER_AGENT = 'region-persister (disaster feed reader)';
/** For `AbortSignal` and `setTimeout`, what comes closest to no limit. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

type Attempt =
  | { readonly ok: true; readonly text: string | undefined }
  | { readonly ok: false; readonly error: Error; readonly retryable: boolean; readonly retryAfterMs: number };

/** @see Wait */
export const waitFor: Wait = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined);

/**
 * Gets a text with GET, in one attempt or two: a network error, a timeout, an empty body, 400 (with which GDACS now
 * and then answers a correct query), 429 and 5xx are tried once more after a short jittered wait, or after what
 * `Retry-After` says; anything else, or a signal that has fired, ends it.
 *
 * Redirects are followed only within the origin: otherwise someone else's internal error page might be quoted in
 * reports that everyone may read.
 *
 * @returns the body; `undefined` for 204, the only answer that means that there is nothing
 * @throws Error that names the host and path, never the query, and what went wrong
 */
export async function fetchText(request: FetchTextRequest): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(request);
    if (result.ok) return result.text;
    const { error, retryable, retryAfterMs } = result;
    if (!retryable || attempt === RETRY.attempts || retryAfterMs > MAX_RETRY_AFTER_MS) throw error;
    await request.wait(Math.max(backoffMs(RETRY, attempt, request.random), retryAfterMs), request.signal);
    if (request.signal.aborted) throw error;
  }
}

async function attemptOnce(request: FetchTextRequest): Promise<Attempt> {
  const { signal, timeoutMs = NO_TIMEOUT_MS } = request;
  try {
    return await withTimeout({ signal, timeoutMs }, async (limited) => {
      const response = await follow(request, limited);
      if (response === null) return failure(request, 'redirects elsewhere, which is not followed');
      return response.ok ? await readBody(request, response) : await refusal(request, response);
    });
  } catch (cause) {
    return failure(request, explain(request, cause), {
      cause,
      // A body over the limit would exceed it again.
      retryable: !signal.aborted && !(cause instanceof RangeError),
    });
  }
}

/** @returns null when it leads to another origin, or in a circle */
async function follow(request: FetchTextRequest, signal: AbortSignal): Promise<Response | null> {
  const headers = { accept: request.accept, 'user-agent': USER_AGENT };
  let { url } = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await request.fetch(url, { headers, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) return null;
    url = new URL(location, url);
    // The origin includes the scheme: from https to http is another origin, too.
    if (url.origin !== request.url.origin) return null;
  }
  return null;
}

async function readBody(request: FetchTextRequest, response: Response): Promise<Attempt> {
  if (response.status === 204) return { ok: true, text: undefined };
  // No range was requested.
  if (response.status === 206)
    return failure(request, 'HTTP 206: only part of an answer', { retryable: true });
  const check = request.check();
  const text = await readText({ body: checked(response.body, check) }, Number.POSITIVE_INFINITY);
  // Neither feed answers like this when there are no events, so nothing follows from it.
  if (text.trim() === '') return failure(request, 'the answer is empty', { retryable: true });
  return { ok: true, text };
}

/** Passes a body on while checking it: an error ends the stream, and with it the connection. */
async function* checked(body: AsyncIterable<Uint8Array> | null, check: BodyCheck): AsyncIterable<Uint8Array> {
  for await (const chunk of body ?? []) {
    check(chunk);
    yield chunk;
  }
}

async function refusal(request: FetchTextRequest, response: Response): Promise<Attempt> {
  const { status } = response;
  const quote = await quoteError(response);
  return failure(request, quote === '' ? `HTTP ${status}` : `HTTP ${status}: ${quote}`, {
    retryable: status === 400 || status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(response),
  });
}

/** @returns 0 when it is not a number of seconds: neither feed sends a date */
function retryAfterMs(response: Response): number {
  const seconds = /^\d{1,9}$/.exec(response.headers.get('retry-after')?.trim() ?? '');
  return seconds === null ? 0 : Number(seconds[0]) * 1_000;
}

/** The text of an error page, without its markup. When it cannot be read, the status is enough. */
async function quoteError(response: Response): Promise<string> {
  const page = await readText(response, MAX_ERROR_PAGE_BYTES).catch(() => '');
  const text = page
    .slice(0, MAX_LOOKED_AT)
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\p{Cc}+/gu, ' ');
  return cleanText(text, MAX_QUOTE_LENGTH);
}

interface FailureDetails {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

function failure({ url }: FetchTextRequest, what: string, details: FailureDetails = {}): Attempt {
  const { retryable = false, retryAfterMs = 0, cause } = details;
  // Only host and path: an override's query may hold a key.
  const error = new Error(`${url.host}${url.pathname}: ${what}`, cause === undefined ? {} : { cause });
  return { ok: false, error, retryable, retryAfterMs };
}

const NetworkErrorSchema = z.object({ cause: z.object({ code: z.string().regex(/^[A-Z0-9_]{1,40}$/) }) });

/** In our own words: a message of fetch may quote the whole URL. */
function explain({ signal, timeoutMs }: FetchTextRequest, cause: unknown): string {
  if (signal.aborted) return 'no answer before the deadline';
  if (cause instanceof RangeError) return cause.message;
  if (cause instanceof DOMException && cause.name === 'TimeoutError')
    return `no answer within ${timeoutMs} ms`;
  const network = NetworkErrorSchema.safeParse(cause);
  return network.success ? `network error ${network.data.cause.code}` : 'network error';
}
