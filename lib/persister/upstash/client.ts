import type { Redis, Requester } from '@upstash/redis';
import { z } from 'zod';
import { withTimeout } from '../../limits/deadline.js';
import { errorFromNetwork, errorFromSlot, errorFromStatus, StoreError } from './error.js';
import { type HttpReply, processTransport, type Transport } from './transport.js';

/** Upstash refuses requests above 10 MB, and a correct answer to one is no larger. */
const MAX_REPLY_BYTES = 10_000_000;

export interface StoreEndpoint {
  readonly url: string;
  readonly token: string;
  readonly transport: Pick<Transport, 'post'>;
}

/** Sends one body to one path and returns the parsed answer. Knows HTTP but not Redis. */
export type Send = (path: readonly string[], body: unknown, signal: AbortSignal) => Promise<unknown>;

/**
 * The HTTP layer below the Upstash client. The client's own requester hides the status code and `Retry-After`, puts the
 * whole request into its error messages and takes one signal for all requests: with it we could neither decide what to
 * retry nor keep payloads out of error messages.
 *
 * @returns a function that throws a StoreError for everything but a 200 with JSON
 */
export function createSend(endpoint: StoreEndpoint): Send {
  const base = endpoint.url.replace(/\/+$/, '');
  // Upstash replicates lazily; echoing its token lets a warm function read what it has just written.
  let syncToken = '';
  return async (path, body, signal) => {
    const reply = await post([base, ...path].join('/'), JSON.stringify(body), signal);
    syncToken = headerOf(reply, 'upstash-sync-token') ?? syncToken;
    if (reply.status !== 200) {
      throw errorFromStatus({ ...reply, retryAfter: headerOf(reply, 'retry-after') });
    }
    try {
      return JSON.parse(reply.text);
    } catch {
      // The parser's own error is not kept as the cause: it quotes the answer.
      throw new StoreError('store-bad-answer', 'the answer of the store is not valid JSON', {
        retryable: true,
      });
    }
  };

  async function post(url: string, body: string, signal: AbortSignal): Promise<HttpReply> {
    const headers = {
      authorization: `Bearer ${endpoint.token}`,
      'content-type': 'application/json',
      'upstash-sync-token': syncToken,
    };
    try {
      return await endpoint.transport.post({ url, headers, body, signal, mostBytes: MAX_REPLY_BYTES });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw errorFromNetwork(cause, signal);
      const message = 'the answer of the store is too large';
      throw new StoreError('store-bad-answer', message, { retryable: false, cause });
    }
  }
}

/** A header that came more than once reads as Node joins it: the first value, or all of them in a list. */
function headerOf({ headers }: HttpReply, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** How long one request may take, in ms. A pipeline of 8 MB needs about one second on a 100 Mbit/s line. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;

export interface StoreClientOptions {
  /** The database's REST URL. An empty or malformed one is reported by the first request, not here. */
  readonly url: string;
  /** Its REST token. Sent as `Authorization: Bearer`, and never logged. */
  readonly token: string;
  /** How requests are sent. Default: one transport for the whole process, whose connections a warm function reuses. */
  readonly transport?: Transport;
  /** Limit of one request in ms, within the signal it is given. Default 5,000. */
  readonly requestTimeoutMs?: number;
}

/** Counts what was sent, retries included. */
export interface StoreUsage {
  /** HTTP requests. */
  readonly requests: number;
  /** Redis commands. MULTI and EXEC around a transaction are not counted. */
  readonly commands: number;
}

/** What Redis answered to one command of a pipeline. */
export type Slot =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: StoreError };

export type Pipeline = ReturnType<Redis['pipeline']>;
type Build = (pipeline: Pipeline) => void;
type UpstashRequest = Parameters<Requester['request']>[0];
type UpstashResponse<T> = { result?: T; error?: string };

export interface StoreClient {
  /**
   * Sends commands as one HTTP request, once: whether to retry is up to the caller.
   *
   * @param build adds the commands
   * @param signal aborts the request
   * @returns a slot for each command, in order
   * @throws StoreError when the request as a whole failed
   */
  pipeline(build: Build, signal: AbortSignal): Promise<readonly Slot[]>;
  /** Like `pipeline`, but atomic: no command of another request runs in between. */
  transaction(build: Build, signal: AbortSignal): Promise<readonly Slot[]>;
  /** Opens connections in advance until there are this many. Never throws. */
  preconnect(connections: number): void;
  usage(): StoreUsage;
}

let loadingRedis: ReturnType<typeof importRedis> | undefined;
/**
 * Loaded while connections are being opened, because it takes 15 ms, and kept, because even a repeated `import()` takes
 * time.
 */
function loadRedis() {
  loadingRedis ??= importRedis().catch((error: unknown) => {
    loadingRedis = undefined;
    throw error;
  });
  return loadingRedis;
}

async function importRedis() {
  const { Redis } = await import('@upstash/redis');
  /** With values as they are stored: by default the client parses them, and the id "null" becomes null. */
  return class PlainRedis extends Redis {
    constructor(requester: Requester) {
      super(requester);
      this.opts = { automaticDeserialization: false };
    }
  };
}

/** The reply to a pipeline: for each command its result or its error. */
const ReplySchema = z.array(z.union([z.object({ error: z.string() }), z.object({ result: z.unknown() })]));

export function createStoreClient(options: StoreClientOptions): StoreClient {
  const { url, token, transport = processTransport, requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
  const send = createSend({ url, token, transport });
  const usage = { requests: 0, commands: 0 };
  return {
    preconnect: (connections) => transport.preconnect(url, connections),
    usage: () => ({ ...usage }),
    pipeline: (build, signal) => sendOnce((redis) => redis.pipeline(), build, signal),
    transaction: (build, signal) => sendOnce((redis) => redis.multi(), build, signal),
  };

  function sendOnce(
    open: (redis: Redis) => Pipeline,
    build: Build,
    signal: AbortSignal,
  ): Promise<readonly Slot[]> {
    return withTimeout({ signal, timeoutMs: requestTimeoutMs }, async (attempt) => {
      const PlainRedis = await loadRedis();
      if (signal.aborted) {
        throw new StoreError('deadline', 'no time was left to ask the store', { retryable: false });
      }
      const pipeline = open(new PlainRedis(requesterFor(send, attempt)));
      build(pipeline);
      usage.requests += 1;
      usage.commands += pipeline.length();
      return (await pipeline.exec({ keepErrors: true })).map(toSlot);
    });
  }
}

/**
 * Reads what Redis answered to one command.
 *
 * @returns the result; or the error that Redis answered; or `store-bad-answer` when the result does not match the schema
 */
export function readSlot<T>(slot: Slot | undefined, schema: z.ZodType<T>): T | StoreError {
  if (slot?.ok === false) return slot.error;
  const value = schema.safeParse(slot?.result);
  if (value.success) return value.data;
  return new StoreError('store-bad-answer', 'the store answered a command with the wrong type', {
    retryable: false,
  });
}

/** Lets the Upstash client send through `send`, bound to the signal of one call. */
function requesterFor(send: Send, signal: AbortSignal): Requester {
  return {
    async request<T>({ path = [], body }: UpstashRequest) {
      const reply = ReplySchema.safeParse(await send(path, body, signal));
      // The client calls `res.map` and reads a slot for each command unchecked.
      if (!reply.success || !Array.isArray(body) || reply.data.length !== body.length) {
        throw new StoreError('store-bad-answer', 'the answer of the store is not a reply to a pipeline', {
          retryable: true,
        });
      }
      return reply.data as UpstashResponse<T>;
    },
  };
}

function toSlot(slot: UpstashResponse<unknown>): Slot {
  return slot.error === undefined
    ? { ok: true, result: slot.result }
    : { ok: false, error: errorFromSlot(slot.error) };
}

/**
 * What Redis answered to one command, for callers that cannot continue without it.
 *
 * @throws StoreError where `readSlot` returns one
 */
export function slotValue<T>(slot: Slot | undefined, schema: z.ZodType<T>): T {
  const value = readSlot(slot, schema);
  if (value instanceof StoreError) throw value;
  return value;
}
