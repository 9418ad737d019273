/** Carries things one way over a distance: each arrives later than it was sent, all in the order of sending. */
export interface DelayLine<T> {
  /** @param extraMs how much longer than usual this one is on its way */
  send(item: T, extraMs?: number): void;
  /** Drops what is on its way. */
  close(): void;
}

/**
 * @param delayMs how long each is on its way; with 0 it arrives within the call
 * @param arrive is given each in turn
 * @param now monotonic ms
 */
export function createDelayLine<T>(
  delayMs: number,
  arrive: (item: T) => void,
  now: () => number = () => performance.now(),
): DelayLine<T> {
  const underWay: { item: T; due: number }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function deliver(): void {
    timer = undefined;
    while (underWay[0] !== undefined && underWay[0].due <= now()) {
      const [first] = underWay.splice(0, 1);
      if (first !== undefined) arrive(first.item);
    }
    const [next] = underWay;
    if (next !== undefined) timer = setTimeout(deliver, Math.max(0, next.due - now()));
  }

  return {
    send(item, extraMs = 0) {
      // Nothing overtakes what was held up before it.
      const due = Math.max(now() + delayMs + extraMs, underWay.at(-1)?.due ?? 0);
      underWay.push({ item, due });
      if (timer === undefined) deliver();
    },
    close() {
      clearTimeout(timer);
      timer = undefined;
      underWay.length = 0;
    },
  };
}
