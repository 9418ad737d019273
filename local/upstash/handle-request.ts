import type { IncomingMessage, ServerResponse } from 'node:http';
import { isStream } from './event-stream.js';
import type { Execute } from './execute.js';
import { type Delivery, deliver, deliverAnswer, type Intercept, UNDISTURBED } from './intercept.js';
import { errorAnswer, type HttpAnswer } from './reply.js';
import {
  type Authorise,
  type Command,
  type GatewayRequest,
  type ParsedRequest,
  parseRequest,
  parseTarget,
  type Target,
} from './request.js';
import type { RequestLog } from './request-log.js';

export interface HandlerDeps {
  readonly authorise: Authorise;
  readonly execute: Execute;
  readonly intercept: Intercept;
  /** Answers a command with events until the client goes away; resolves with the status when they begin. */
  readonly openStream: (command: Command, response: ServerResponse) => Promise<number | null>;
  readonly log: RequestLog;
  /** Largest body, bytes. */
  readonly maxBytes: number;
  /** Latency added to each request, ms: half before the execution, half before the answer. */
  roundTripMs(): number;
  /** Rejects when the gateway closes. */
  wait(ms: number): Promise<void>;
}

type Entry = ReturnType<RequestLog['open']>;

/**
 * One request, from its head to its answer. Whether the client is still listening makes no difference: a command that
 * has arrived is executed, as a server far away would execute it.
 *
 * @returns a function that settles, and never rejects, when nothing more will happen for the request
 */
export function createHandler(deps: HandlerDeps) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = parseTarget(request.url ?? '/');
    const entry = deps.log.open(target.route);
    try {
      const parsed = await receive(deps, request, target, entry);
      if (parsed.status === 'parsed' && isStream(parsed.request.commands[0], request.headers.accept)) {
        entry.answered(await deps.openStream(parsed.request.commands[0], response));
        return;
      }
      const delivery =
        parsed.status === 'parsed' ? await fulfil(deps, parsed.request) : await refuse(deps, parsed.answer);
      await deps.wait(deps.roundTripMs() / 2);
      entry.answered(deliver(response, delivery));
    } catch (error) {
      // The client or the gateway may be gone; otherwise Redis is, or the interceptor failed.
      if (response.socket?.destroyed ?? true) return;
      entry.answered(deliver(response, deliverAnswer(errorAnswer(500, `ERR ${describe(error)}`))));
    }
  };
}

async function receive(
  deps: HandlerDeps,
  request: IncomingMessage,
  target: Target,
  entry: Entry,
): Promise<ParsedRequest> {
  if (!deps.authorise({ authorization: request.headers.authorization, queryToken: target.token })) {
    return { status: 'refused', answer: errorAnswer(401, 'Unauthorized') };
  }
  const body = await readBody(request, deps.maxBytes);
  if (body === null) {
    return {
      status: 'refused',
      answer: errorAnswer(413, `ERR max request size exceeded. Limit: ${deps.maxBytes} bytes`),
    };
  }
  entry.received(body.length);
  const parsed = parseRequest({ method: request.method ?? 'GET', target, headers: request.headers, body });
  if (parsed.status === 'parsed') entry.parsed(parsed.request.commands);
  return parsed;
}

async function refuse(deps: HandlerDeps, answer: HttpAnswer): Promise<Delivery> {
  await deps.wait(deps.roundTripMs() / 2);
  return deliverAnswer(answer);
}

async function fulfil(deps: HandlerDeps, request: GatewayRequest): Promise<Delivery> {
  const plan = deps.intercept(request) ?? UNDISTURBED;
  if (!plan.execute) {
    await deps.wait(deps.roundTripMs() / 2);
    return plan.delivery;
  }
  try {
    await deps.wait(deps.roundTripMs() / 2 + (plan.delayMs ?? 0));
    return plan.deliver(await deps.execute(request, plan));
  } finally {
    plan.onExecuted?.();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Reads the body of a request, and never holds more of it than the limit.
 *
 * @param limit bytes
 * @returns null as soon as the body turns out to be larger; the rest is discarded as it arrives, so that the client can
 *   still read the answer
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
