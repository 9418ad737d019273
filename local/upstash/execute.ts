import { keysOf } from './command-traits.js';
import type { Execution, RedisConnection, Slot } from './redis-connection.js';
import { bytesOf, encodeJson, encodeResp, errorAnswer, type HttpAnswer, jsonAnswer } from './reply.js';
import { type Command, commandName, type GatewayRequest } from './request.js';
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
    // Undisturbed requests are sent in this turn of the event loop, without extra commands.
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
 * commands of other requests do run in between: a caller that relies on atomicity fails here.
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

/** What happens to the execution of a request, as opposed to its way there and back. */
export interface Disturbance {
  /** Slot → error. Such a command is not sent, and its slot answers the error. */
  readonly slotErrors?: ReadonlyMap<number, string>;
  /** How far the server's clock is ahead, in ms. */
  readonly skewMs?: number;
  /** Keys that are gone before the first command, and after the last. */
  readonly evictBefore?: readonly string[];
  readonly evictAfter?: readonly string[];
  /** Slot → how a read is answered by a replica that does not have the last write yet. */
  readonly lagging?: ReadonlyMap<number, Lag>;
  /** Where the values before each last write are kept, for reads that lag. */
  readonly replica?: Replica;
}

/** With the value before the last write, or with nothing at all. */
export type Lag = 'previous' | 'nil';

/** The string that a key held before it was last written; null when there was none. */
export type Replica = Map<string, Buffer | null>;

const READS = new Set(
  'GET MGET EXISTS TTL PTTL STRLEN TYPE ZRANGE ZREVRANGE ZCARD ZSCORE LRANGE LLEN EVAL_RO EVALSHA_RO'.split(
    ' ',
  ),
);

export function isRead(command: Command): boolean {
  return READS.has(commandName(command));
}

/** Keeps the values that a command is about to overwrite. */
export async function recordBefore(
  connection: RedisConnection,
  replica: Replica,
  command: Command,
): Promise<void> {
  if (isRead(command)) return;
  for (const key of keysOf(command)) {
    const slot = await connection.send(['GET', key]);
    // A replica has nothing for a key that does not hold a string.
    const held = slot.status === 'replied' && Buffer.isBuffer(slot.reply) ? slot.reply : null;
    replica.set(key, held);
  }
}

/** The answer of a lagging replica. Only strings are remembered: other reads find nothing. */
export function lag(command: Command, how: Lag, replica: Replica = new Map()): Slot {
  const held = (key: string) => (how === 'nil' ? null : (replica.get(key) ?? null));
  const [name, keys] = [commandName(command), keysOf(command)];
  if (name === 'MGET') return { status: 'replied', reply: keys.map(held) };
  return { status: 'replied', reply: name === 'GET' && keys[0] !== undefined ? held(keys[0]) : null };
}
