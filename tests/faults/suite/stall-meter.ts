import type { Clock } from '../../../lib/limits/deadline.js';

const TICK_MS = 5;

/** How long this process did not come to run its timers, in ms in all: what a busy machine took, no run can answer for. */
export interface StallMeter {
  stalledMs(): number;
  close(): void;
}

export function createStallMeter(clock: Pick<Clock, 'monotonic'>): StallMeter {
  let total = 0;
  let due = clock.monotonic() + TICK_MS;
  const overdue = () => Math.max(0, clock.monotonic() - due);
  const timer = setInterval(() => {
    total += overdue();
    due = clock.monotonic() + TICK_MS;
  }, TICK_MS);
  return { stalledMs: () => total + overdue(), close: () => clearInterval(timer) };
}
