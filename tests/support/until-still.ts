import { setImmediate } from 'node:timers/promises';

/**
 * Waits until a gateway has counted no new request for some turns of the event loop in a row.
 *
 * @param turns how many
 * @param settle waited for in each turn: what may still bring a request
 */
export async function untilStill(
  gateway: { readonly stats: { readonly requests: number } },
  turns: number,
  settle: () => Promise<unknown>,
): Promise<void> {
  let seen = -1;
  for (let still = 0; still < turns; still += 1) {
    await settle();
    await setImmediate();
    if (gateway.stats.requests !== seen) still = 0;
    seen = gateway.stats.requests;
  }
}
