/**
 * Reads a response's body as text and stops at a limit, so that a hostile or broken peer cannot fill the memory.
 *
 * @param response of fetch, or whatever has such a body; it must not have been read
 * @param maxBytes the most bytes to read
 * @returns the body; '' when there is none
 * @throws RangeError when the body is larger (the connection is given up), and what the stream throws
 */
export async function readText(
  response: { readonly body: AsyncIterable<Uint8Array> | null },
  maxBytes: number,
): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (bytes > maxBytes) throw new RangeError(`the body is larger than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
