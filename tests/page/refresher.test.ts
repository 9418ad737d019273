import { describe, expect, it } from 'vitest';
import { createRefresher } from '../../public/app/refresher.js';

const INTERVAL_MS = 60_000;
const HIDDEN_INTERVAL_MS = 10 * INTERVAL_MS;

function setUp() {
  let clock = 0;
  let pending: { callback: () => void; at: number } | null = null;
  let onVisibility = () => undefined as unknown;
  let finish: () => void = () => undefined;
  const page = {
    hidden: false,
    addEventListener: (_type: string, listener: () => unknown) => {
      onVisibility = listener;
    },
  };
  const counts = { refreshes: 0 };
  const refresher = createRefresher({
    refresh: () => {
      counts.refreshes += 1;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    intervalMs: INTERVAL_MS,
    hiddenIntervalMs: HIDDEN_INTERVAL_MS,
    page,
    timers: {
      setTimeout: (callback, ms) => {
        pending = { callback, at: clock + ms };
        return 1;
      },
      clearTimeout: () => {
        pending = null;
      },
      now: () => clock,
    },
  });
  return {
    refresher,
    counts,
    async finish() {
      finish();
      await new Promise((resolve) => setImmediate(resolve));
    },
    show(visible: boolean) {
      page.hidden = !visible;
      onVisibility();
    },
    pass(ms: number) {
      clock += ms;
      if (pending !== null && pending.at <= clock) {
        const { callback } = pending;
        pending = null;
        callback();
      }
    },
  };
}

describe('createRefresher', () => {
  it('refreshes again when the interval is over, counted from the end of the last', async () => {
    const { refresher, counts, finish, pass } = setUp();
    void refresher.now();
    pass(INTERVAL_MS);
    expect(counts.refreshes).toBe(1);
    await finish();
    pass(INTERVAL_MS - 1);
    expect(counts.refreshes).toBe(1);
    pass(1);
    expect(counts.refreshes).toBe(2);
  });

  it('runs one refresh at a time', () => {
    const { refresher, counts } = setUp();
    void refresher.now();
    void refresher.now();
    expect(counts.refreshes).toBe(1);
  });

  it('refreshes less often while the page is hidden, for its title and icon', async () => {
    const { refresher, counts, finish, pass, show } = setUp();
    void refresher.now();
    await finish();
    show(false);
    pass(HIDDEN_INTERVAL_MS - 1);
    expect(counts.refreshes).toBe(1);
    pass(1);
    expect(counts.refreshes).toBe(2);
  });

  it('catches up at once when the page is seen again', async () => {
    const { refresher, counts, finish, pass, show } = setUp();
    void refresher.now();
    await finish();
    show(false);
    pass(HIDDEN_INTERVAL_MS - 1);
    expect(counts.refreshes).toBe(1);
    show(true);
    pass(0);
    expect(counts.refreshes).toBe(2);
  });

  it('does not hurry for a page that is hidden and shown within the interval', async () => {
    const { refresher, counts, finish, pass, show } = setUp();
    void refresher.now();
    await finish();
    show(false);
    pass(1000);
    show(true);
    pass(INTERVAL_MS - 1001);
    expect(counts.refreshes).toBe(1);
    pass(1);
    expect(counts.refreshes).toBe(2);
  });
});
