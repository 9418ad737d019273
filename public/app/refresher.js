/**
 * Calls back regularly, less often while the page is hidden, and immediately when it is shown again after a while. A
 * page in the background continues, because its title and icon show the state of the service.
 *
 * @param {object} deps
 * @param {() => Promise<void>} deps.refresh never rejects
 * @param {number} deps.intervalMs from the end of one refresh to the beginning of the next
 * @param {number} deps.hiddenIntervalMs the same, while the page is hidden
 * @param {{ readonly hidden: boolean, addEventListener: (type: 'visibilitychange', listener: () => void) => void }} deps.page the document
 * @param {{ setTimeout: (callback: () => void, ms: number) => unknown, clearTimeout: (id: any) => void, now: () => number }} deps.timers
 */
export function createRefresher({ refresh, intervalMs, hiddenIntervalMs, page, timers }) {
  /** @type {unknown} */
  let timer = null;
  /** @type {Promise<void> | null} */
  let running = null;
  let lastEnd = -Infinity;

  function schedule() {
    timers.clearTimeout(timer);
    const due = lastEnd + (page.hidden ? hiddenIntervalMs : intervalMs);
    timer = timers.setTimeout(() => void now(), Math.max(0, due - timers.now()));
  }

  /** One refresh at a time: a call during one waits for it. */
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
