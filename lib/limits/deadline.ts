import { setMaxListeners } from 'node:events';

/** Where time comes from. Passed in everywhere, so that tests control it. */
export interface Clock {
  /** Wall clock, epoch milliseconds: what is written into snapshots and reports. May step. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary origin: what durations and deadlines are measured with. */
  monotonic(): number;
}

/** The clock of this process: `Date.now` and `performance.now`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** The last moments at which each kind of work may still wait, in order. */
export type DeadlinePhase = 'sources' | 'collect' | 'persist' | 'settle' | 'report' | 'notify';

/** The reason with which a deadline's signal fires, as opposed to the timeout of a single attempt. */
export class DeadlineError extends Error {
  readonly phase: DeadlinePhase;

  constructor(phase: DeadlinePhase) {
    super(`the deadline for ${phase} has passed`);
    this.name = 'DeadlineError';
    this.phase = phase;
  }
}

/** Collect may use at most this share of the budget. */
const COLLECT_SHARE = 0.6;
/** Kept back at the end of a part: a share of the budget, and never more than this many ms. */
const KEPT_FOR_ASSESSMENT = { share: 0.03, mostMs: 500 };
const KEPT_FOR_ANSWER = { share: 0.05, mostMs: 1_000 };
const KEPT_FOR_NOTIFY = { share: 0.05, mostMs: 2_000 };
const KEPT_FOR_REPORT = { share: 0.1, mostMs: 3_000 };
const KEPT_FOR_SETTLE = { share: 0.1, mostMs: 4_000 };

/**
 * One deadline per run, made at entry. Every wait of the run takes its signal from here:
 *
 * ```
 * 0 ──── sources ── collect (60 %) ──── persist ─── settle ─── report ── notify ── answer ─ budget
 * ```
 *
 * Sources are told to stop a little before collect ends: an input that hangs is given up while there is still time to
 * hand over what the others have answered.
 */
export interface Deadline {
  /** Epoch ms at which the run began. */
  readonly startedAt: number;
  /** The whole budget in ms: after it the platform kills the function. */
  readonly budgetMs: number;
  /** Ms since the run began. */
  elapsedMs(): number;
  /**
   * @param phase the kind of work
   * @returns until when it may wait; the same object for every caller
   */
  limit(phase: DeadlinePhase): TimeLimit;
  /** Clears the timers early. Optional: they keep no process alive. The signals of a closed deadline never fire. */
  close(): void;
}

/** How long something may take. */
export interface TimeLimit {
  /** Fires when the time is used up. */
  readonly signal: AbortSignal;
  /** Ms left, never negative. */
  remainingMs(): number;
}

/** The longest that a timer of Node can wait. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * Begins a deadline, now. Its shares are what lets a run always answer: without them a feed that hangs would leave
 * no time to persist, and a store that hangs no time to release claims and to report.
 *
 * @param options.budgetMs ms from now until the platform would kill the function
 * @param options.clock where time comes from. Default {@link systemClock}.
 * @returns a deadline. Its timers keep no process alive, so nothing has to be closed by hand.
 * @throws RangeError when `budgetMs` is not a number from 0 to 2,147,483,647: a longer timer would fire at once
 */
export function createDeadline(options: { budgetMs: number; clock?: Clock }): Deadline {
  const { budgetMs, clock = systemClock } = options;
  if (!(budgetMs >= 0 && budgetMs <= MOST_TIMER_MS)) {
    throw new RangeError(`budgetMs must be from 0 to ${MOST_TIMER_MS} ms, not ${budgetMs}`);
  }
  const startedAt = clock.now();
  const origin = clock.monotonic();
  const ends = phaseEnds(budgetMs);
  const limits = new Map<DeadlinePhase, TimeLimit>();
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  const elapsedMs = () => clock.monotonic() - origin;

  function createLimit(phase: DeadlinePhase): TimeLimit {
    const remainingMs = () => Math.max(0, ends[phase] - elapsedMs());
    const controller = new AbortController();
    // Everything that waits at the same time listens to it, and Node warns of a leak above ten listeners.
    setMaxListeners(0, controller.signal);
    const end = () => controller.abort(new DeadlineError(phase));
    if (!closed) {
      // Not by a timer when its time is up already: whoever asks for it late would send one more request.
      if (remainingMs() === 0) end();
      else timers.add(setTimeout(end, remainingMs()).unref());
    }
    return { signal: controller.signal, remainingMs };
  }

  return {
    startedAt,
    budgetMs,
    elapsedMs,
    limit(phase) {
      const limit = limits.get(phase) ?? createLimit(phase);
      limits.set(phase, limit);
      return limit;
    },
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function phaseEnds(budgetMs: number): Record<DeadlinePhase, number> {
  const kept = ({ share, mostMs }: { share: number; mostMs: number }) => Math.min(mostMs, budgetMs * share);
  const notify = budgetMs - kept(KEPT_FOR_ANSWER);
  const report = notify - kept(KEPT_FOR_NOTIFY);
  const settle = report - kept(KEPT_FOR_REPORT);
  const persist = settle - kept(KEPT_FOR_SETTLE);
  const collect = budgetMs * COLLECT_SHARE;
  return { sources: collect - kept(KEPT_FOR_ASSESSMENT), collect, persist, settle, report, notify };
}

/**
 * A limit of its own for one piece of work, such as a read.
 *
 * @param limitMs ms from now
 * @param work gets the limit; its timer ends with the work
 * @returns what `work` returns
 * @throws what `work` throws
 */
export function withLimit<T>(
  limitMs: number,
  work: (limit: TimeLimit) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const endsAt = clock.monotonic() + limitMs;
  const remainingMs = () => Math.max(0, endsAt - clock.monotonic());
  return withTimeout({ signal: new AbortController().signal, timeoutMs: limitMs }, (signal) =>
    work({ signal, remainingMs }),
  );
}

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
