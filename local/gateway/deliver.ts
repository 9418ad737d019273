import type { ServerResponse } from 'node:http';
import type { Delivery } from './intercept.js';

/**
 * Carries out a delivery.
 *
 * @returns the HTTP status that was answered, null when none was
 */
export function deliver(response: ServerResponse, delivery: Delivery): number | null {
  switch (delivery.kind) {
    case 'hold':
      return null;
    case 'drop':
      response.destroy();
      return null;
    case 'answer':
      writeHead(response, delivery).end(delivery.answer.body);
      return delivery.answer.status;
    case 'cut':
      writeHead(response, delivery).write(Buffer.from(delivery.answer.body).subarray(0, delivery.bytes), () =>
        response.destroy(),
      );
      return delivery.answer.status;
  }
}

function writeHead(
  response: ServerResponse,
  { answer }: Extract<Delivery, { answer: unknown }>,
): ServerResponse {
  return response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
}
