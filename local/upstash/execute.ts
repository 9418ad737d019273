import { errorAnswer, type HttpAnswer, jsonAnswer } from './answer.js';
import type { Execution, RedisConnection, Slot } from './redis-connection.js';
import type { Command, GatewayRequest } from './request.js';

/** Slot index → error. Such a command is not sent, and its slot answers the error. */
export type SlotErrors = ReadonlyMap<number, string>;

/**
 * Executes a request and words the answer.
 *
 * @throws Error when the connection to Redis is lost
 */
export type Execute = (request: GatewayRequest, slotErrors: SlotErrors) => Promise<HttpAnswer>;

export function createExecutor(connection: RedisConnection): Execute {
  let executions = 0;
  return async (request, slotErrors) => {
    const kept = request.commands.filter((_, slot) => !slotErrors.has(slot));
    const outcome =
      request.route === '/multi-exec'
        ? await connection.sendAtomically(kept)
        : await sendInOrder(connection, kept);
    executions += 1;
    // Upstash numbers its states with this header; its client sends the last one back, to read its own writes.
    const headers = { 'upstash-sync-token': String(executions) };
    if (outcome.status === 'discarded') return errorAnswer(400, outcome.error, headers);
    return word(request, weave(request, outcome.slots, slotErrors), headers);
  };
}

/**
 * A pipeline is executed in order but not atomically. Each command waits for the reply to the one before, so that
 * other requests do come between: a caller that relies on more is found out here.
 */
async function sendInOrder(connection: RedisConnection, commands: readonly Command[]): Promise<Execution> {
  const slots: Slot[] = [];
  for (const command of commands) slots.push(await connection.send(command));
  return { status: 'executed', slots };
}

/** Puts what was executed and what was not back into the order of the request. */
function weave(request: GatewayRequest, slots: readonly Slot[], slotErrors: SlotErrors): Slot[] {
  const executed = slots.values();
  return request.commands.flatMap((_, index): Slot[] => {
    const error = slotErrors.get(index);
    if (error !== undefined) return [{ status: 'failed', error }];
    const next = executed.next();
    return next.done ? [] : [next.value];
  });
}

function word(request: GatewayRequest, slots: readonly Slot[], headers: Record<string, string>): HttpAnswer {
  const worded = slots.map((slot) =>
    slot.status === 'failed' ? { error: slot.error } : { result: encodeReply(slot.reply, request.base64) },
  );
  if (request.route === '/pipeline' || request.route === '/multi-exec')
    return jsonAnswer(200, worded, headers);
  return jsonAnswer(slots.some((slot) => slot.status === 'failed') ? 400 : 200, worded[0], headers);
}
export type JsonReply = null | number | string | readonly JsonReply[];

/**
 * Turns a RESP2 reply into what Upstash answers as `result`. Integers stay numbers (past 2^53 as exact as a double),
 * nil is null, arrays nest.
 *
 * @param reply status replies as strings, bulk strings as Buffers
 * @param base64 whether strings are encoded. "OK" never is (the one exception the documentation makes); another
 *   status, and an OK inside an array, is, because the client of Upstash decodes them
 * @throws TypeError for a value that RESP2 does not have
 */
export function encodeReply(reply: unknown, base64: boolean): JsonReply {
  if (reply === 'OK') return reply;
  return encode(reply, base64 ? toBase64 : toText);
}

function encode(reply: unknown, string: (value: string | Buffer) => string): JsonReply {
  if (reply === null || typeof reply === 'number') return reply;
  if (typeof reply === 'string' || Buffer.isBuffer(reply)) return string(reply);
  if (Array.isArray(reply)) return reply.map((item) => encode(item, string));
  // A script may return an error among other values: inside an array there is no other place for it.
  if (reply instanceof Error) return string(reply.message);
  throw new TypeError(`a RESP2 reply is never a ${typeof reply}`);
}

function toBase64(value: string | Buffer): string {
  return Buffer.from(value).toString('base64');
}

/** Bytes that are not UTF-8 become U+FFFD, as they do at Upstash. */
function toText(value: string | Buffer): string {
  return value.toString();
}
