import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../lib/limits/deadline.js';
import { listenOnLoopback } from '../listen.js';
import { openStream } from './event-stream.js';
import { createExecutor } from './execute.js';
import { createHandler } from './handle-request.js';
import type { Intercept } from './intercept.js';
import { connectRedis } from './redis-connection.js';
import { createAuthoriser } from './request.js';
import { createRequestLog, type GatewayStats, type LoggedRequest } from './request-log.js';

/** The request limit of Upstash's paid plans, bytes. */
const MAX_BYTES = 10 * 1024 * 1024;
const LOG_CAPACITY = 1_000;

export interface GatewayOptions {
  readonly redisUrl: string;
  /** What callers must present. */
  readonly token: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Latency added to each request, ms: half before the execution, half before the answer. Default 0. */
  readonly roundTripMs?: number;
  /** Disturbs requests; see `createFaultSchedule`. */
  readonly intercept?: Intercept;
  /** Waits `ms`, or rejects when the signal fires. Default: real time. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface Gateway {
  /** On loopback, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** A copy of the counts. */
  readonly stats: GatewayStats;
  /** A copy of the log, oldest first: the last 1,000 requests. */
  readonly requests: readonly LoggedRequest[];
  /** Resets the counts and empties the log. */
  clear(): void;
  /** @param ms latency of the requests that arrive, and of what is left of those under way */
  setRoundTrip(ms: number): void;
  /** Resolves when no request is under way. One that is held unanswered, or streams events, does not count. */
  idle(): Promise<void>;
  /** Drops every connection and abandons what is under way. May be called twice. */
  close(): Promise<void>;
}

/**
 * Serves the REST API of Upstash on loopback, in front of any Redis 7.
 *
 * @throws Error when the token is empty, Redis cannot be reached, or the port is taken
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { token, wait = waitForReal } = options;
  let roundTripMs = options.roundTripMs ?? 0;
  const closing = new AbortController();
  // Every request that is held up listens to it, and Node warns of a leak when there are more than ten listeners.
  setMaxListeners(0, closing.signal);
  const log = createRequestLog({ capacity: LOG_CAPACITY, clock: systemClock });
  const authorise = createAuthoriser(token);
  const connection = await connectRedis(options.redisUrl);
  const handle = createHandler({
    authorise,
    execute: createExecutor(connection),
    intercept: options.intercept ?? (() => undefined),
    openStream: (command, response) => openStream(options.redisUrl, command, response),
    log,
    maxBytes: MAX_BYTES,
    roundTripMs: () => roundTripMs,
    wait: async (ms) => {
      if (ms > 0) await wait(ms, closing.signal);
    },
  });

  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = handle(request, response).finally(() => underWay.delete(handled));
    underWay.add(handled);
  });
  server.on('connection', log.connected);
  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const shutDown = async () => {
    const ended = once(server, 'close');
    closing.abort();
    server.close();
    server.closeAllConnections();
    connection.close();
    await Promise.all([ended, idle()]);
  };
  const port = await listenOnLoopback(server, options.port).catch((error: unknown) => {
    connection.close();
    throw error;
  });

  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    get stats() {
      return log.stats();
    },
    get requests() {
      return log.requests();
    },
    clear: log.clear,
    setRoundTrip: (ms) => {
      roundTripMs = ms;
    },
    idle,
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
}

function waitForReal(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}
