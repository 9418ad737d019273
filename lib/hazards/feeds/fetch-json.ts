import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { withTimeout } from '../../limits/deadline.js';
import { parseJson } from '../../limits/json.js';
import { readText } from '../../limits/read-text.js';
import { backoffMs } from '../../limits/retry.js';

export interface FetchJsonRequest {
  readonly url: URL;
  /** Everything stops when it fires. */
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
  /** Evenly distributed in [0, 1). */
  readonly random: () => number;
  /** Limit of one attempt, body included, ms. */
  readonly timeoutMs: number;
}

export const FETCH_TIMEOUT_MS = 15_000;

const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Of an error page, this much is read (a larger one is not quoted) and this much looked at: its beginning says it. */
const MAX_ERROR_PAGE_BYTES = 64 * 1024;
const MAX_LOOKED_AT = 4_096;
const MAX_QUOTE_LENGTH = 120;
const RETRY = { attempts: 2, baseMs: 500, capMs: 500 };
const HEADERS = { accept: 'application/json', 'user-agent': 'region-persister (disaster feed reader)' };

type Attempt =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: Error; readonly retryable: boolean };

/**
 * Gets JSON with GET, in one attempt or two: a network error, a timeout, 429 and 5xx are tried once more after a
 * short jittered wait; anything else, or a signal that has fired, ends it.
 *
 * @returns the parsed body; `undefined` when there is none (204, or nothing but white space)
 * @throws Error that names the host and path, never the query, and what went wrong
 */
export async function fetchJson(request: FetchJsonRequest): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(request);
    if (result.ok) return result.body;
    if (!result.retryable || attempt === RETRY.attempts) throw result.error;
    await sleep(backoffMs(RETRY, attempt, request.random), request.signal);
    if (request.signal.aborted) throw result.error;
  }
}

async function attemptOnce(request: FetchJsonRequest): Promise<Attempt> {
  try {
    return await withTimeout(request, async (signal) => {
      const response = await request.fetch(request.url, { headers: HEADERS, signal });
      return response.ok ? await readBody(request, response) : await refusal(request, response);
    });
  } catch (cause) {
    return failure(request, explain(request, cause), {
      cause,
      // A body over the limit would be over it again.
      retryable: !request.signal.aborted && !(cause instanceof RangeError),
    });
  }
}

async function readBody(request: FetchJsonRequest, response: Response): Promise<Attempt> {
  const text = await readText(response, MAX_BODY_BYTES);
  if (text.trim() === '') return { ok: true, body: undefined };
  const body = parseJson(text);
  if (body === undefined) return failure(request, 'the answer is not JSON', { retryable: false });
  return { ok: true, body };
}

async function refusal(request: FetchJsonRequest, response: Response): Promise<Attempt> {
  const { status } = response;
  const quote = await quoteError(response);
  return failure(request, quote === '' ? `HTTP ${status}` : `HTTP ${status}: ${quote}`, {
    retryable: status === 429 || status >= 500,
  });
}

/** What an error page says, without its markup. The status is news enough when the page cannot be read. */
async function quoteError(response: Response): Promise<string> {
  const page = await readText(response, MAX_ERROR_PAGE_BYTES).catch(() => '');
  return page
    .slice(0, MAX_LOOKED_AT)
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, MAX_QUOTE_LENGTH);
}

function failure(
  { url }: FetchJsonRequest,
  what: string,
  { retryable, cause }: { retryable: boolean; cause?: unknown },
): Attempt {
  // Only host and path: an override's query may hold a key.
  const error = new Error(`${url.host}${url.pathname}: ${what}`, cause === undefined ? {} : { cause });
  return { ok: false, error, retryable };
}

const NetworkErrorSchema = z.object({ cause: z.object({ code: z.string().regex(/^[A-Z0-9_]{1,40}$/) }) });

/** In our own words: what fetch says may quote the whole URL. */
function explain({ signal, timeoutMs }: FetchJsonRequest, cause: unknown): string {
  if (signal.aborted) return 'no answer before the deadline';
  if (cause instanceof RangeError) return cause.message;
  if (cause instanceof DOMException && cause.name === 'TimeoutError')
    return `no answer within ${timeoutMs} ms`;
  const network = NetworkErrorSchema.safeParse(cause);
  return network.success ? `network error ${network.data.cause.code}` : 'network error';
}

/** Ends early, without an error, when the signal fires. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
