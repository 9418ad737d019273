import { getDefaultAutoSelectFamilyAttemptTimeout, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * Reads a body as text and stops at a limit, so that a hostile or broken peer cannot fill the memory.
 *
 * @param message a response of fetch, a request, or anything else with such a body; it must not have been read
 * @param maxBytes the most bytes to read
 * @param options.fatal refuses bytes that are not valid UTF-8 instead of replacing them
 * @returns the body; '' when there is none
 * @throws RangeError when the body is larger (the connection is dropped), TypeError when it is not UTF-8 and `fatal`
 *   is set, and whatever the stream throws
 */
export async function readText(
  message: { readonly body: AsyncIterable<Uint8Array> | null },
  maxBytes: number,
  options: { readonly fatal?: boolean } = {},
): Promise<string> {
  if (message.body === null) return '';
  const decoder = new TextDecoder('utf-8', options);
  let bytes = 0;
  let text = '';
  for await (const chunk of message.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (bytes > maxBytes) throw new RangeError(`the body is larger than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * How long one address of a host may take to connect before the next is tried, in ms. Node's default is 250, and it
 * gives up the first address for good: a host whose IPv4 address takes longer and whose IPv6 address is unreachable
 * fails on every attempt with ETIMEDOUT. Two seconds also survive one lost SYN, which is sent again after one.
 */
export const SLOW_ADDRESS_MS = 2_000;

/**
 * Gives every connection of this process that long, including those of `fetch`, which has no such option without a
 * dispatcher of its own (and so a dependency on undici). The setting is global: only code that owns the process calls
 * this, and a longer time that was set before is kept.
 */
export function allowSlowAddresses(): void {
  if (getDefaultAutoSelectFamilyAttemptTimeout() < SLOW_ADDRESS_MS) {
    setDefaultAutoSelectFamilyAttemptTimeout(SLOW_ADDRESS_MS);
  }
}
