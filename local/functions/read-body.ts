import type { IncomingMessage } from 'node:http';

/** Vercel's limit for a function's request body: 4.5 MB. */
export const MAX_BODY_BYTES = 4.5 * 1024 * 1024;

/**
 * Reads a request's body. One that is too large is read to its end and dropped: cut off, the caller would never see
 * the answer.
 *
 * @returns null when it is larger than a function may be sent
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}
