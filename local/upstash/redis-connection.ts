import { createClient, ErrorReply, RESP_TYPES } from '@redis/client';
import { z } from 'zod';
import { type Command, commandName } from './request.js';
import { createFlagRemover } from './scripts.js';

/** The result of one command. A Redis error is a value; a lost connection is an exception. */
export type Slot =
  | { readonly status: 'replied'; readonly reply: unknown }
  | { readonly status: 'failed'; readonly error: string };

/** Commands that were carried out, or that were thrown away together. */
export type Execution =
  | { readonly status: 'executed'; readonly slots: readonly Slot[] }
  | { readonly status: 'discarded'; readonly error: string };

export interface RedisConnection {
  /** Status replies and integers come as strings (the client rounds integers beyond 2^53), bulk strings as Buffers. */
  send(command: Command): Promise<Slot>;
  /** MULTI, the commands, EXEC. Discarded when one of them is refused while it is queued. */
  sendAtomically(commands: readonly Command[]): Promise<Execution>;
  close(): void;
}

const RECONNECT_AFTER_MS = 100;

/**
 * One connection that all requests share.
 *
 * @throws Error when Redis cannot be reached; a connection lost later is opened again
 */
export async function connectRedis(url: string): Promise<RedisConnection> {
  let connected = false;
  const client = createRawClient(url, () => (connected ? RECONNECT_AFTER_MS : false));
  await client.connect();
  connected = true;
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String };
  const removeFlags = createFlagRemover();

  return {
    send: async (command) => {
      if (isUnavailable(command)) return { status: 'failed', error: unavailable(command) };
      try {
        return {
          status: 'replied',
          reply: await client.sendCommand<unknown>(removeFlags(command), { typeMapping }),
        };
      } catch (error) {
        if (error instanceof ErrorReply) return { status: 'failed', error: error.message };
        throw error;
      }
    },

    sendAtomically: async (commands) => {
      if (commands.some(isUnavailable)) return { status: 'discarded', error: DISCARDED };
      // Queued at once, so that no command of another request runs in between; a chain never spans two connections.
      const chain = { typeMapping, chainId: Symbol('transaction') };
      const sent = [['MULTI'], ...commands.map(removeFlags), ['EXEC']].map((args) =>
        client.sendCommand<unknown>(args, chain),
      );
      const exec = (await Promise.allSettled(sent)).at(-1);
      if (exec?.status === 'fulfilled') return { status: 'executed', slots: readSlots(exec.value) };
      if (exec?.reason instanceof ErrorReply) return { status: 'discarded', error: exec.reason.message };
      throw exec?.reason;
    },

    close: () => client.destroy(),
  };
}

const DISCARDED = 'EXECABORT Transaction discarded because of previous errors.';

/** Commands that would change, block or end the shared connection or the server behind it. */
const UNAVAILABLE = new Set(
  [
    'MULTI EXEC DISCARD WATCH UNWATCH SELECT AUTH HELLO QUIT RESET CLIENT MONITOR',
    'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE',
    'BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF',
    'CONFIG DEBUG SHUTDOWN REPLICAOF SLAVEOF FAILOVER SYNC PSYNC',
  ].flatMap((names) => names.split(' ')),
);

function isUnavailable(command: Command): boolean {
  return UNAVAILABLE.has(commandName(command));
}

function unavailable(command: Command): string {
  return `ERR Command is not available: '${commandName(command)}'`;
}

function readSlots(replies: unknown): Slot[] {
  return z
    .array(z.unknown())
    .parse(replies)
    .map((reply) =>
      reply instanceof ErrorReply ? { status: 'failed', error: reply.message } : { status: 'replied', reply },
    );
}

/**
 * A Redis client that adds nothing of its own: RESP2, because that is the shape in which Upstash answers, no
 * handshake beyond authentication, and nothing queued while the connection is down, so that an outage is noticed.
 *
 * @param url `redis://` or `rediss://`
 * @param reconnectAfter ms until the next attempt, false to give up; asked after every lost or refused connection
 */
export function createRawClient(url: string, reconnectAfter: () => number | false) {
  const client = createClient({
    url,
    RESP: 2,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { reconnectStrategy: reconnectAfter },
  });
  // Without a listener Node ends the process; every caller gets the failure from its own command.
  client.on('error', () => undefined);
  return client;
}
