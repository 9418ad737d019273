import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withTimeout } from '../../lib/limits/deadline.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Rejects with the reason when the signal fires, as fetch does. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

function wider() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: (reason: unknown) => controller.abort(reason),
    listeners: () => getEventListeners(controller.signal, 'abort').length,
  };
}

describe('withTimeout', () => {
  it('returns what the attempt returns, and leaves neither timer nor listener behind', async () => {
    const { signal, listeners } = wider();
    const during = { timers: 0, listeners: 0 };

    const value = await withTimeout({ signal, timeoutMs: 100 }, async (attempt) => {
      Object.assign(during, { timers: vi.getTimerCount(), listeners: listeners() });
      return attempt.aborted ? 'aborted' : 'answered';
    });

    expect(value).toBe('answered');
    expect(during).toEqual({ timers: 1, listeners: 1 });
    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  it('throws what the attempt throws, and leaves neither timer nor listener behind', async () => {
    const { signal, listeners } = wider();
    const error = new Error('refused');

    await expect(withTimeout({ signal, timeoutMs: 100 }, () => Promise.reject(error))).rejects.toBe(error);

    expect([vi.getTimerCount(), listeners()]).toEqual([0, 0]);
  });

  it('ends the attempt with a TimeoutError when its own time is used up', async () => {
    const { signal } = wider();
    const attempt = withTimeout({ signal, timeoutMs: 100 }, untilAborted);
    const ended = expect(attempt).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'no answer within 100 ms',
    });
    vi.advanceTimersByTime(100);
    await ended;
    expect(signal.aborted).toBe(false);
  });

  it('does not end the attempt a millisecond too early', async () => {
    const onAbort = vi.fn();
    void withTimeout({ signal: wider().signal, timeoutMs: 100 }, (signal) => {
      signal.addEventListener('abort', onAbort);
      return new Promise(() => undefined);
    });
    vi.advanceTimersByTime(99);
    expect(onAbort).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onAbort).toHaveBeenCalledOnce();
  });

  it('passes the reason of the wider limit on as it is', async () => {
    const { signal, abort } = wider();
    const reason = new Error('the run is over');
    const attempt = withTimeout({ signal, timeoutMs: 100 }, untilAborted);
    abort(reason);
    await expect(attempt).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins with a signal that has fired when the wider limit has passed', async () => {
    const { signal, abort } = wider();
    const reason = new Error('the run is over');
    abort(reason);
    await expect(withTimeout({ signal, timeoutMs: 100 }, untilAborted)).rejects.toBe(reason);
  });
});
