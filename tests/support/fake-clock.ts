import { vi } from 'vitest';
import type { Clock } from '../../lib/limits/deadline.js';

export interface FakeClock extends Clock {
  /** Moves time on, and with it the timers when vitest fakes them. */
  advance(ms: number): void;
  /** Sets the wall clock to another time, as an operator or NTP may; durations do not notice. */
  step(ms: number): void;
}

/** @param startsAt epoch ms */
export function createFakeClock(startsAt = 1_790_000_000_000): FakeClock {
  let wall = startsAt;
  let monotonic = 5_000;
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms;
      monotonic += ms;
      if (vi.isFakeTimers()) vi.advanceTimersByTime(ms);
    },
    step(ms) {
      wall += ms;
    },
  };
}
