import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request, and never holds more of it than the limit.
 *
 * @param limit bytes
 * @returns null as soon as the body turns out to be larger; what follows is discarded as it arrives, so that the
 *   answer can still be heard
 * @throws Error when the client goes away before the body is complete
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(null);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client went away')));
  });
}
