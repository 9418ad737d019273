/**
 * Runs one attempt under a time limit of its own inside a wider signal. `AbortSignal.timeout` is not used because
 * its timer cannot be cleared: an answered attempt would leave it behind.
 *
 * @param options.signal the wider limit; its reason is passed on as it is
 * @param options.timeoutMs the attempt's own limit in ms; fires with a `TimeoutError`
 * @param run gets the signal of this attempt
 * @returns what `run` returns
 * @throws what `run` throws
 */
export async function withTimeout<T>(
  options: { signal: AbortSignal; timeoutMs: number },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(options.signal.reason);
  if (options.signal.aborted) abort();
  options.signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${options.timeoutMs} ms`, 'TimeoutError'));
  }, options.timeoutMs);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', abort);
  }
}
