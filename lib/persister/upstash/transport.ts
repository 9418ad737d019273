import http from 'node:http';
import https from 'node:https';
import net, { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { readText, SLOW_ADDRESS_MS } from '../../limits/network.js';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** The most bytes of an answer that are read. */
  readonly mostBytes: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends requests to the store. Follows no redirect. */
export interface Transport {
  /**
   * @returns the answer, whatever its status
   * @throws RangeError when the answer is larger than allowed, and what Node's HTTP client throws
   */
  post(request: PostRequest): Promise<HttpReply>;
  /** Opens connections in advance, until this many are open to the origin of a URL. Never throws. */
  preconnect(url: string, connections: number): void;
}

/**
 * Sends requests over Node's own HTTP client instead of fetch. For requests this small, fetch takes three times the
 * CPU; it cannot open connections in advance; and it frees a connection a moment after its answer, so that eight
 * commits sent right after eight claims opened eight more connections (`npm run bench` shows both).
 */
export function createTransport(): Transport {
  const pools = new Map<string, ConnectionPool>();

  function poolOf(url: URL): ConnectionPool {
    const pool = pools.get(url.origin) ?? createConnectionPool(url);
    pools.set(url.origin, pool);
    return pool;
  }

  return {
    post: ({ url, headers, body, signal, mostBytes }) =>
      new Promise((resolve, reject) => {
        const target = new URL(url);
        const { request } = target.protocol === 'https:' ? https : http;
        const bytes = Buffer.from(body);
        const sent = request(target, {
          method: 'POST',
          agent: poolOf(target).agent(),
          headers: { ...headers, 'content-length': bytes.length },
          signal,
        });
        sent.on('error', reject);
        // For an unrequested 101, Node emits neither `error` nor `response`, and ignores the signal from then on.
        sent.on('upgrade', (_, socket) => {
          socket.destroy();
          reject(new Error('the answer switched protocols'));
        });
        sent.on('response', (response) => {
          const { statusCode: status = 0, headers: answered } = response;
          readText({ body: response }, mostBytes).then(
            (text) => resolve({ status, headers: answered, text }),
            reject,
          );
        });
        sent.end(bytes);
      }),
    preconnect(url, connections) {
      if (/^https?:/i.test(url) && URL.canParse(url)) poolOf(new URL(url)).fill(connections);
    },
  };
}

/** One for the whole process, whose connections a warm function reuses. */
export const processTransport = createTransport();

/** The connections to one origin. Idle ones do not keep the process alive. */
export interface ConnectionPool {
  /** For one request to this origin. */
  agent(): http.Agent;
  /** Opens connections until there are this many, those in use included. */
  fill(connections: number): void;
}

/**
 * A connection that was idle for longer is not used again, in ms: the peer, or a load balancer in between, may have
 * dropped it. The same limit as undici's. Timers enforce it; where a function was frozen they did not run, so the pool
 * is also checked before each use.
 */
const IDLE_MS = 4_000;

/**
 * Node's keep-alive agent, with connections opened before there are requests for them: a TLS handshake takes two round
 * trips, which then overlap with other waiting.
 *
 * @param now epoch ms; a monotonic clock may stand still while a function is frozen
 */
export function createConnectionPool(origin: URL, now: () => number = Date.now): ConnectionPool {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const connect = createConnect(origin);
  const agent = Object.assign(
    origin.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options),
    // The agent calls it for each connection that it needs.
    { createConnection: () => takeAhead() ?? connect() },
  );
  const ahead = new Set<Socket>();
  const idleSince = new WeakMap<Duplex, number>();
  agent.on('free', (socket: Duplex) => idleSince.set(socket, now()));

  function takeAhead(): Socket | undefined {
    for (const socket of ahead) {
      ahead.delete(socket);
      // The peer may have closed it a moment ago.
      if (socket.connecting || socket.writable) return socket.setTimeout(0).ref();
      socket.destroy();
    }
    return undefined;
  }

  function openAhead(): void {
    const socket = connect();
    const drop = () => {
      // Once a request has the socket, that request handles its end.
      if (ahead.delete(socket)) socket.destroy();
    };
    socket.on('error', drop).on('end', drop).on('close', drop).setTimeout(IDLE_MS, drop).unref();
    ahead.add(socket);
    idleSince.set(socket, now());
  }

  function dropStale(): void {
    const oldest = now() - IDLE_MS;
    for (const socket of [...ahead, ...Object.values(agent.freeSockets).flatMap((some) => some ?? [])]) {
      if ((idleSince.get(socket) ?? oldest) < oldest) socket.destroy();
    }
  }

  return {
    agent() {
      dropStale();
      return agent;
    },
    fill(connections) {
      dropStale();
      const open = [...ahead].filter(isOpen).length + count(agent.sockets) + count(agent.freeSockets);
      for (let more = connections - open; more > 0; more -= 1) openAhead();
    },
  };
}

/** Opens connections to an origin the way Node's agents do: without delay, and resuming TLS sessions. */
function createConnect(origin: URL): () => Socket {
  const isSecure = origin.protocol === 'https:';
  // Without the brackets of an IPv6 address, which a URL has and a socket does not accept.
  const host = urlToHttpOptions(origin).hostname ?? origin.hostname;
  const options = {
    host,
    port: origin.port === '' ? (isSecure ? 443 : 80) : Number(origin.port),
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: SLOW_ADDRESS_MS,
  };
  if (!isSecure) return () => net.connect(options);

  // TLS does not accept an address as the name of a server.
  const named = { ...options, servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] };
  let session: Buffer | undefined;
  return () => {
    const socket = tls.connect(session === undefined ? named : { ...named, session });
    socket.on('session', (next) => {
      session = next;
    });
    socket.once('close', (hadError) => {
      if (hadError) session = undefined;
    });
    return socket;
  };
}

/** `close` fires one tick after `destroy`, and only then does the agent forget a socket. */
const isOpen = (socket: Socket) => !socket.destroyed;

function count(sockets: NodeJS.ReadOnlyDict<Socket[]>): number {
  return Object.values(sockets).reduce((sum, some) => sum + (some?.filter(isOpen).length ?? 0), 0);
}
