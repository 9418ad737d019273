import { bytesOf, errorAnswer, type HttpAnswer, jsonAnswer } from './answer.js';
import type { Disturbance } from './disturbance.js';
import { lag, recordBefore } from './disturbance.js';
import type { Execution, RedisConnection, Slot } from './redis-connection.js';
import { encodeJson, encodeResp } from './reply.js';
import type { Command, GatewayRequest } from './request.js';
import { skewTime } from './scripts.js';

/**
 * Executes a request and writes the answer.
 *
 * @throws Error when the connection to Redis is lost
 */
export type Execute = (request: GatewayRequest, disturbance?: Disturbance) => Promise<HttpAnswer>;

export function createExecutor(connection: RedisConnection): Execute {
  let executions = 0;
  return async (request, disturbance = {}) => {
    // What is not disturbed is sent in this turn of the event loop, and without a command more.
    if (disturbance.evictBefore !== undefined) await evict(connection, disturbance.evictBefore);
    const outcome = await executeUnder(connection, request, disturbance);
    if (disturbance.evictAfter !== undefined) await evict(connection, disturbance.evictAfter);
    executions += 1;
    // Upstash numbers its states with this header; its client sends the last one back, to read its own writes.
    const headers = { 'upstash-sync-token': String(executions) };
    if (outcome.status === 'discarded') return errorAnswer(400, outcome.error, headers);
    return answer(request, outcome.slots, headers);
  };
}

async function executeUnder(
  connection: RedisConnection,
  request: GatewayRequest,
  { slotErrors = new Map(), skewMs = 0, replica, lagging = new Map() }: Disturbance,
): Promise<Execution> {
  const kept = request.commands
    .filter((_, slot) => !slotErrors.has(slot))
    .map((command) => (skewMs === 0 ? command : skewTime(command, skewMs)));
  const record = replica && ((command: Command) => recordBefore(connection, replica, command));
  const outcome =
    request.route === '/multi-exec'
      ? await sendAtomically(connection, kept, record)
      : await sendInOrder(connection, kept, record);
  if (outcome.status === 'discarded') return outcome;
  const slots = weave(request, outcome.slots, slotErrors).map((slot, i) => {
    const command = request.commands[i];
    const how = lagging.get(i);
    return command === undefined || how === undefined ? slot : lag(command, how, replica);
  });
  return { status: 'executed', slots };
}

async function evict(connection: RedisConnection, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await connection.send(['DEL', ...keys]);
}

type RecordBefore = (command: Command) => Promise<void>;

async function sendAtomically(
  connection: RedisConnection,
  commands: readonly Command[],
  record: RecordBefore | undefined,
): Promise<Execution> {
  if (record !== undefined) for (const command of commands) await record(command);
  return connection.sendAtomically(commands);
}

/**
 * A pipeline is executed in order but not atomically. Each command waits for the reply to the one before, so that
 * commands of other requests do run in between: a caller that relies on more than the order fails here.
 */
async function sendInOrder(
  connection: RedisConnection,
  commands: readonly Command[],
  record: RecordBefore | undefined,
): Promise<Execution> {
  const slots: Slot[] = [];
  for (const command of commands) {
    if (record !== undefined) await record(command);
    slots.push(await connection.send(command));
  }
  return { status: 'executed', slots };
}

/** Puts what was executed and what was not back into the order of the request. */
function weave(
  request: GatewayRequest,
  slots: readonly Slot[],
  slotErrors: ReadonlyMap<number, string>,
): Slot[] {
  const executed = slots.values();
  return request.commands.flatMap((_, index): Slot[] => {
    const error = slotErrors.get(index);
    if (error !== undefined) return [{ status: 'failed', error }];
    const next = executed.next();
    return next.done ? [] : [next.value];
  });
}

function answer(
  request: GatewayRequest,
  slots: readonly Slot[],
  headers: Record<string, string>,
): HttpAnswer {
  const isBatch = request.route === '/pipeline' || request.route === '/multi-exec';
  const status = !isBatch && slots.some((slot) => slot.status === 'failed') ? 400 : 200;
  // A transaction is answered as JSON whatever was asked for.
  if (request.format === 'resp2' && request.route !== '/multi-exec') {
    const body = Buffer.concat(slots.map(respOf));
    return { status, headers: { 'content-type': 'application/octet-stream', ...headers }, body };
  }
  const results = slots.map((slot) => jsonOf(slot, request.base64));
  return jsonAnswer(status, isBatch ? `[${results.join(',')}]` : results.join(''), headers);
}

function jsonOf(slot: Slot, base64: boolean): string {
  return slot.status === 'failed'
    ? JSON.stringify({ error: slot.error })
    : `{"result":${encodeJson(slot.reply, base64)}}`;
}

function respOf(slot: Slot): Buffer {
  return slot.status === 'failed' ? bytesOf(`-${slot.error}\r\n`) : encodeResp(slot.reply);
}
