/**
 * Why the store could not be asked, or would not answer. The message names the fact and nothing else: no payload,
 * no token, no URL.
 */
export class StoreError extends Error {
  /** Stable, for programs: `store-timeout`, `store-http-500`, `redis-wrongtype`, … */
  readonly code: string;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** What the store asked us to wait, in ms (Retry-After of a 429 or 503). */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * An error that Redis answered to one command, such as WRONGTYPE or OOM. Sending the command again would get the
 * same answer, so it is never retried. The text is cut to its first line: Redis quotes arguments in some messages.
 */
export function redisError(text: string): StoreError {
  const kind = /^[A-Z]+\b/.exec(text)?.[0] ?? 'ERR';
  return new StoreError(`redis-${kind.toLowerCase()}`, `Redis answered ${kind}`, { retryable: false });
}
