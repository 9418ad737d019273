import { keysOf } from './command-traits.js';
import type { RedisConnection, Slot } from './redis-connection.js';
import { type Command, commandName } from './request.js';

/** What happens to the execution of a request, as opposed to its way there and back. */
export interface Disturbance {
  /** Slot → error. Such a command is not sent, and its slot answers the error. */
  readonly slotErrors?: ReadonlyMap<number, string>;
  /** How far the server's clock is ahead, in ms. */
  readonly skewMs?: number;
  /** Keys that are gone before the first command, and after the last. */
  readonly evictBefore?: readonly string[];
  readonly evictAfter?: readonly string[];
  /** Slot → how a read is answered by a replica that has not heard of the last write. */
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
    // Of a key that holds no string, a replica knows nothing.
    const held = slot.status === 'replied' && Buffer.isBuffer(slot.reply) ? slot.reply : null;
    replica.set(key, held);
  }
}

/** What a replica that lags answers. Only strings are remembered: other reads find nothing. */
export function lag(command: Command, how: Lag, replica: Replica = new Map()): Slot {
  const held = (key: string) => (how === 'nil' ? null : (replica.get(key) ?? null));
  const [name, keys] = [commandName(command), keysOf(command)];
  if (name === 'MGET') return { status: 'replied', reply: keys.map(held) };
  return { status: 'replied', reply: name === 'GET' && keys[0] !== undefined ? held(keys[0]) : null };
}
