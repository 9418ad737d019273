/// <reference path="./node-http.d.ts" />
import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { readText } from '../../limits/read-text.js';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Breaks the request off. */
  readonly signal: AbortSignal;
  /** The most bytes of an answer that are read. */
  readonly mostBytes: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** How requests get to the store. Follows no redirect. */
export interface Transport {
  /**
   * @returns the answer, whatever its status
   * @throws RangeError when the answer is larger than allowed, and what Node's HTTP client throws
   */
  post(request: PostRequest): Promise<HttpReply>;
  /** Opens connections ahead, until so many are open to the origin of a URL. Never throws. */
  preconnect(url: string, connections: number): void;
}

/**
 * Requests over Node's own HTTP client, not over fetch: for requests this small fetch takes three times the CPU, it can
 * open no connection ahead, and it frees a connection a moment after its answer, so that eight commits sent right after
 * eight claims opened eight more (`npm run bench` shows both).
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
        // Node tells neither error nor answer of a 101 that nobody asked for, and hears no signal after it.
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

/** The connections to one origin. Those that idle keep no process alive. */
export interface ConnectionPool {
  /** For one request to this origin. */
  agent(): http.Agent;
  /** Opens connections until there are so many, those in use included. */
  fill(connections: number): void;
}

/**
 * A connection that idles longer is not used again, in ms: a peer or a balancer between may have dropped it. As undici
 * has it. Timers see to it, and where a function was frozen and runs none, its pool is looked through before each use.
 */
const IDLE_MS = 4_000;

/**
 * Node's keep-alive agent, which can be given connections before there are requests for them: a handshake over TLS
 * takes two round trips, and made ahead it takes them while something else is waited for.
 *
 * @param now epoch ms; a monotonic clock may stand still while a function is frozen
 */
export function createConnectionPool(origin: URL, now: () => number = Date.now): ConnectionPool {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const isSecure = origin.protocol === 'https:';
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  const connect = agent.createConnection.bind(agent);
  const target = targetOf(origin, isSecure);
  const ahead = new Set<Socket>();
  const idleSince = new WeakMap<Duplex, number>();
  agent.on('free', (socket: Duplex) => idleSince.set(socket, now()));
  agent.createConnection = (...args) => takeAhead() ?? connect(...args);

  function takeAhead(): Socket | undefined {
    for (const socket of ahead) {
      ahead.delete(socket);
      // Its peer may have closed it a moment ago.
      if (socket.connecting || socket.writable) return socket.setTimeout(0).ref();
      socket.destroy();
    }
    return undefined;
  }

  function openAhead(): void {
    // As the agent opens its own: without delay, and with its TLS sessions.
    const socket = connect({ ...agent.options, ...target, _agentKey: agent.getName(target) });
    const drop = () => {
      // When a request has it, the request hears of its end.
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

function targetOf(origin: URL, isSecure: boolean) {
  // Without the brackets of an IPv6 address, which a URL has and a socket does not take.
  const host = urlToHttpOptions(origin).hostname ?? origin.hostname;
  const port = origin.port === '' ? (isSecure ? 443 : 80) : Number(origin.port);
  // TLS takes no address for a server's name.
  return { host, port, servername: isIP(host) === 0 ? host : '' };
}

/** What was destroyed is told a turn later. */
const isOpen = (socket: Socket) => !socket.destroyed;

function count(sockets: NodeJS.ReadOnlyDict<Socket[]>): number {
  return Object.values(sockets).reduce((sum, some) => sum + (some?.filter(isOpen).length ?? 0), 0);
}
