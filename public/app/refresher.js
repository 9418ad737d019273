/**
 * Calls back again and again, but only while somebody can see the page; at once when they come back to an old one.
 *
 * @param {object} deps
 * @param {() => Promise<void>} deps.refresh never rejects
 * @param {number} deps.intervalMs from the end of one refresh to the begin of the next
 * @param {{ readonly hidden: boolean, addEventListener: (type: 'visibilitychange', listener: () => void) => void }} deps.page the document
 * @param {{ setTimeout: (callback: () => void, ms: number) => unknown, clearTimeout: (id: any) => void, now: () => number }} deps.timers
 */
export function createRefresher({ refresh, intervalMs, page, timers }) {
  /** @type {unknown} */
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;
  let lastEnd = -Infinity;

  function schedule() {
    timers.clearTimeout(timer);
    if (page.hidden) return;
    timer = timers.setTimeout(() => void now(), Math.max(0, lastEnd + intervalMs - timers.now()));
  }

  /** One refresh at a time: who asks during one waits for it. */
  function now() {
    timers.clearTimeout(timer);
    running ??= refresh().finally(() => {
      running = null;
      lastEnd = timers.now();
      schedule();
    });
    return running;
  }

  page.addEventListener('visibilitychange', () => {
    if (running === null) schedule();
  });
  return { now };
}
