/** Where time comes from. Passed in everywhere, so that tests own it. */
export interface Clock {
  /** Wall clock, epoch milliseconds: what is written into snapshots and reports. May step. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary origin: what durations and deadlines are measured with. */
  monotonic(): number;
}

/** The time of this process: `Date.now` and `performance.now`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
