import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * How long one address of a host may take to connect before the next is tried, in ms. Node's default is 250, and it
 * gives up the first address for good: a host whose IPv4 address takes longer and whose IPv6 address is unreachable
 * fails on every attempt with ETIMEDOUT. Two seconds also survive one lost SYN, which is sent again after one.
 */
export const SLOW_ADDRESS_MS = 2_000;

/**
 * Gives every connection of this process that long, those of `fetch` included, which takes no such option without a
 * dispatcher of its own (and that would be a dependency on undici). The setting is the process's: only what owns the
 * process calls this, and a longer time that was set before stays.
 */
export function allowSlowAddresses(): void {
  if (getDefaultAutoSelectFamilyAttemptTimeout() < SLOW_ADDRESS_MS) {
    setDefaultAutoSelectFamilyAttemptTimeout(SLOW_ADDRESS_MS);
  }
}
