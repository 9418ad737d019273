import http from 'node:http';
import https from 'node:https';
import { readText } from '../read-text.js';
import { type ConnectionPool, createConnectionPool } from './connection-pool.js';

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
