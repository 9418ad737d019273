/**
 * Reads a body as text and stops at a limit, so that a hostile or broken peer cannot fill the memory.
 *
 * @param message a response of fetch, a request, or whatever has such a body; it must not have been read
 * @param maxBytes the most bytes to read
 * @param options.fatal refuses bytes that are not valid UTF-8 instead of replacing them
 * @returns the body; '' when there is none
 * @throws RangeError when the body is larger (the connection is given up), TypeError when it is not UTF-8 and that is
 *   fatal, and what the stream throws
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
