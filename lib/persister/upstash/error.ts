import { DeadlineError } from '../../limits/deadline.js';
import { parseJson } from '../../limits/json.js';

/**
 * Why a request to the store failed. The message states a fact in our own words: it contains no payload, token or URL,
 * and nothing of the store's own text except phrases listed in this file.
 */
export class StoreError extends Error {
  /** Stable, for programs: `store-timeout`, `store-quota`, `store-http-500`, `redis-wrongtype`, … */
  readonly code: string;
  /** Whether the same request, or the same command, may succeed when it is sent again. */
  readonly retryable: boolean;
  /** Whether it is a state of the server that passes by itself: it is tried again for as long as there is time. */
  readonly isPassing: boolean;
  /** How long the store asked us to wait, in ms (`Retry-After`). */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    options: {
      retryable: boolean;
      isPassing?: boolean;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.retryable = options.retryable;
    this.isPassing = options.isPassing ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Whether a request that failed as a whole may have failed because of a single item in it, so that the rest may
 * succeed without that item: any 4xx but 401 and 429, a request that is too large, a timeout. A 4xx whose text blames
 * the store itself (a used-up quota, a full database, a refused command, a passing state) has a code of its own and is
 * not among them.
 */
export function mayBeOneItem({ code }: StoreError): boolean {
  if (code === 'store-request-too-large' || code === 'store-timeout') return true;
  return /^store-http-4\d\d$/.test(code) && code !== 'store-http-429';
}

/** The error that Redis answered to one command, in its slot of a pipeline. */
export function errorFromSlot(text: string): StoreError {
  const known = knownError(text);
  if (known !== undefined) return known;
  const kind = /^[A-Z]{1,20}\b/.exec(text)?.[0] ?? 'ERR';
  return new StoreError(`redis-${kind.toLowerCase()}`, `Redis answered ${kind}`, { retryable: false });
}

/** Statuses whose body is read for the reason. The body of a 5xx is not read: it may come from any proxy on the way. */
const EXPLAINED = [400, 403, 429];

/**
 * A request that was answered with another status than 200. Upstash answers a single command, and sometimes a whole
 * pipeline, with a 400 that carries the error of Redis.
 *
 * @param reply.retryAfter the `Retry-After` header
 * @param now epoch ms, for a `Retry-After` that is a date
 */
export function errorFromStatus(
  reply: { readonly status: number; readonly text: string; readonly retryAfter: string | undefined },
  now: number = Date.now(),
): StoreError {
  const { status, text } = reply;
  const waitMs = retryAfterMs(reply.retryAfter, now);
  if (status === 401) return finalError('store-unauthorised', 'the store does not accept the token');
  if (status === 413) return finalError('store-request-too-large', 'the store answered 413');
  const said = errorText(text);
  const options = { waitMs, isProxy: said === undefined };
  const known = EXPLAINED.includes(status) ? knownError(said ?? text, options) : undefined;
  if (known !== undefined) return known;
  return new StoreError(`store-http-${status}`, `the store answered ${status}`, {
    retryable: status === 429 || status >= 500,
    retryAfterMs: waitMs,
  });
}

/**
 * A request that was not answered.
 *
 * @param thrown by the HTTP client
 * @param signal the signal of the request: if it has fired, it says why
 */
export function errorFromNetwork(thrown: unknown, signal: AbortSignal): StoreError {
  if (signal.aborted && signal.reason instanceof DeadlineError) {
    return finalError('deadline', 'the time for this run was used up');
  }
  if (signal.aborted) {
    return new StoreError('store-timeout', 'the store did not answer in time', { retryable: true });
  }
  const errno = errnoOf(thrown);
  if (errno === 'ERR_INVALID_URL' || errno === 'ERR_INVALID_PROTOCOL') {
    return finalError('store-url-invalid', 'the address of the store is not a valid http or https URL');
  }
  if (errno === 'ERR_INVALID_CHAR') {
    return finalError('store-unauthorised', 'the token has a character that cannot be sent in a header');
  }
  // The thrown error is not kept as the cause: a parser's error carries the bytes that it could not parse.
  const detail = errno === undefined ? '' : ` (${errno})`;
  return new StoreError('store-unreachable', `the store could not be reached${detail}`, { retryable: true });
}

/** Phrases with which Upstash and Redis refuse for good. The first that a text contains counts. */
const FINAL_PHRASES: readonly (readonly [code: string, phrases: readonly string[]])[] = [
  [
    'store-quota',
    [
      'max requests limit exceeded',
      'max daily request limit exceeded',
      'max monthly request limit exceeded',
      'monthly bandwidth limit exceeded',
    ],
  ],
  ['store-full', ['DB capacity quota exceeded']],
  [
    'store-request-too-large',
    [
      'max request size exceeded',
      'max single record size exceeded',
      'max key size exceeded',
      'max member size exceeded',
    ],
  ],
];

/** Redis's error codes that say the same. Before REFUSALS: Redis words OOM as "command not allowed when …". */
const FINAL_CODES: Readonly<Record<string, readonly [code: string, message: string]>> = {
  OOM: ['store-full', 'Redis answered OOM'],
  NOPERM: ['store-command-refused', 'Redis answered NOPERM'],
  NOAUTH: ['store-unauthorised', 'Redis answered NOAUTH'],
  WRONGPASS: ['store-unauthorised', 'Redis answered WRONGPASS'],
};

const REFUSALS = ['unknown command', 'unknown Redis command', 'not allowed', 'not available'];

/** Passing states of a server: it starts, fails over, reshards, or runs a long script. */
const PASSING_CODES = [
  'LOADING',
  'READONLY',
  'BUSY',
  'TRYAGAIN',
  'CLUSTERDOWN',
  'MASTERDOWN',
  'NOREPLICAS',
  'UNBLOCKED',
];
const PASSING_PHRASES = ['max concurrent connections exceeded', 'max number of clients reached'];

/**
 * A code stands at the beginning of an error, or behind `ERR` or a colon where another error quotes it: a script's or
 * a discarded transaction's. Anywhere else it may be an argument.
 */
const CODE = new RegExp(
  `(?:^|^ERR |: -?)(${[...PASSING_CODES, ...Object.keys(FINAL_CODES)].join('|')})(?= |$)`,
);

/**
 * The error that a text from the store means; undefined when the text is not known.
 *
 * @param options.isProxy the text may be that of a proxy, whose pages say "not allowed" of a single request, too
 */
function knownError(
  text: string,
  { waitMs, isProxy = false }: { waitMs?: number | undefined; isProxy?: boolean } = {},
): StoreError | undefined {
  // It quotes its arguments, which may read like any of the phrases below.
  if (/^(ERR )?unknown command\b/i.test(text)) return refusal('unknown command');
  for (const [code, phrases] of FINAL_PHRASES) {
    const phrase = firstIn(text, phrases);
    if (phrase !== undefined) return finalError(code, `the store answered "${phrase}"`);
  }
  const passing = firstIn(text, PASSING_PHRASES);
  if (passing !== undefined)
    return passingError('store-connections', `the store answered "${passing}"`, waitMs);
  const redisCode = CODE.exec(text)?.[1];
  if (redisCode !== undefined) return errorOfCode(redisCode, waitMs);
  const refused = isProxy ? undefined : firstIn(text, REFUSALS);
  return refused === undefined ? undefined : refusal(refused);
}

function errorOfCode(redisCode: string, waitMs: number | undefined): StoreError {
  const known = FINAL_CODES[redisCode];
  if (known !== undefined) return finalError(...known);
  return passingError(`redis-${redisCode.toLowerCase()}`, `Redis answered ${redisCode}`, waitMs);
}

function firstIn(text: string, phrases: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  return phrases.find((phrase) => lower.includes(phrase.toLowerCase()));
}

function refusal(phrase: string): StoreError {
  return finalError('store-command-refused', `the store refused a command ("${phrase}")`);
}

function finalError(code: string, message: string): StoreError {
  return new StoreError(code, message, { retryable: false });
}

function passingError(code: string, message: string, waitMs: number | undefined): StoreError {
  return new StoreError(code, message, { retryable: true, isPassing: true, retryAfterMs: waitMs });
}

/** What the store says of a refusal, `{"error": "…"}`; undefined for any other body, which a proxy may have written. */
function errorText(body: string): string | undefined {
  const parsed = parseJson(body);
  const isRefusal = typeof parsed === 'object' && parsed !== null && 'error' in parsed;
  return isRefusal && typeof parsed.error === 'string' ? parsed.error : undefined;
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The code that the system, OpenSSL or Node gave an error, such as ECONNREFUSED. */
function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}
