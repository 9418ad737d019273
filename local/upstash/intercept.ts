import type { ServerResponse } from 'node:http';
import type { Disturbance } from './execute.js';
import { bytesOf, type HttpAnswer } from './reply.js';
import type { GatewayRequest } from './request.js';

/**
 * Decides what happens to a request. Called once for each request that is authorised and well-formed, in the order in
 * which their bodies are complete; undefined leaves the request undisturbed.
 */
export type Intercept = (request: GatewayRequest) => Plan | undefined;

/** What the gateway is to do with one request. */
export type Plan = ExecutingPlan | RefusingPlan;

export interface ExecutingPlan extends Disturbance {
  readonly execute: true;
  /** Waited before the execution, in ms, whether or not the client is still listening. */
  readonly delayMs?: number;
  /** What is delivered of the answer. */
  deliver(answer: HttpAnswer): Delivery;
  /** Called once, when the execution is over, failed, or was given up because the gateway closes. */
  onExecuted?(): void;
}

export interface RefusingPlan {
  readonly execute: false;
  readonly delivery: Delivery;
}

export type Delivery =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** The head and the first bytes of the body, then the connection is gone. */
  | { readonly kind: 'cut'; readonly answer: HttpAnswer; readonly bytes: number }
  /** The connection is gone before a byte is answered. */
  | { readonly kind: 'drop' }
  /** Not a byte is answered and the connection stays, until the gateway closes. */
  | { readonly kind: 'hold' };

/** The whole answer, as it is. */
export function deliverAnswer(answer: HttpAnswer): Delivery {
  return { kind: 'answer', answer };
}

/** The plan of a request to which nothing happens. */
export const UNDISTURBED: ExecutingPlan = { execute: true, deliver: deliverAnswer };

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
      writeHead(response, delivery).write(bytesOf(delivery.answer.body).subarray(0, delivery.bytes), () =>
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
