import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';

declare module 'node:http' {
  interface Agent {
    /** Documented from Node 0.11 on ("Custom agents may override this method"), and missing from its types. */
    createConnection(options: object, callback?: () => void): Socket;
  }
}

/** The connections to one origin. Those that idle keep no process alive. */
export interface ConnectionPool {
  /** For the requests to this origin. */
  readonly agent: http.Agent;
  /** Opens connections until there are so many, those in use included. */
  fill(connections: number): void;
}

/** A connection that idles longer is not used again, in ms: a peer or a balancer between may have dropped it. As undici has it. */
const IDLE_MS = 4_000;

/**
 * Node's keep-alive agent, which can be given connections before there are requests for them: a handshake over TLS
 * takes two round trips, and made ahead it takes them while something else is waited for.
 */
export function createConnectionPool(origin: URL): ConnectionPool {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const isSecure = origin.protocol === 'https:';
  const agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  const connect = agent.createConnection.bind(agent);
  // Without the brackets of an IPv6 address, which a URL has and a socket does not take.
  const host = urlToHttpOptions(origin).hostname ?? origin.hostname;
  const port = Number(origin.port) || (isSecure ? 443 : 80);
  // TLS takes no address for a server's name.
  const target = { host, port, servername: isIP(host) === 0 ? host : '' };
  const ahead = new Set<Socket>();
  agent.createConnection = (...args) => takeAhead() ?? connect(...args);

  function takeAhead(): Socket | undefined {
    const [socket] = ahead;
    if (socket === undefined) return undefined;
    ahead.delete(socket);
    return socket.setTimeout(0).ref();
  }

  function openAhead(): void {
    const socket = connect(target);
    const drop = () => {
      // When a request has it, the request hears of its end.
      if (ahead.delete(socket)) socket.destroy();
    };
    socket.on('error', drop).on('close', drop).setTimeout(IDLE_MS, drop).unref();
    ahead.add(socket);
  }

  return {
    agent,
    fill(connections) {
      const open = ahead.size + count(agent.sockets) + count(agent.freeSockets);
      for (let more = connections - open; more > 0; more -= 1) openAhead();
    },
  };
}

function count(sockets: NodeJS.ReadOnlyDict<Socket[]>): number {
  return Object.values(sockets).reduce((sum, some) => sum + (some?.length ?? 0), 0);
}
