import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { listenOnLoopback } from '../../../local/listen.js';
import type { Certificate } from './certificate.js';
import { createDelayLine } from './delay-line.js';

export interface FarFront {
  /** Without a slash at the end. */
  readonly url: string;
  /** @param ms to there and back, for the connections that are opened from now on */
  setRoundTrip(ms: number): void;
  /** When connections were opened since the last `clear`, monotonic ms. */
  readonly openedAt: readonly number[];
  /** TLS handshakes completed since the last `clear`. */
  readonly handshakes: number;
  clear(): void;
  close(): Promise<void>;
}

/**
 * Puts a server far away: TLS in front of it, and in front of that a line which delays bytes both ways by half the
 * round trip. A connection on loopback is there at once, so its first bytes are charged the round trip that opening it
 * would have taken.
 *
 * @param options.port where the server listens on loopback, in plain HTTP
 */
export async function startFarFront(options: { port: number; certificate: Certificate }): Promise<FarFront> {
  let roundTripMs = 0;
  let openedAt: number[] = [];
  let handshakes = 0;
  const sockets = new Set<Socket>();
  const keep = <T extends Socket>(socket: T): T => {
    sockets.add(socket);
    socket.setNoDelay(true).once('close', () => sockets.delete(socket));
    return socket;
  };

  const tls = createTlsServer({ ...options.certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
    handshakes += 1;
    join(keep(socket), keep(connect(options.port, '127.0.0.1')), 0);
  });
  const tlsPort = await listenOnLoopback(tls);
  const line = createServer((socket) => {
    openedAt.push(performance.now());
    join(keep(socket), keep(connect(tlsPort, '127.0.0.1')), roundTripMs);
  });
  const port = await listenOnLoopback(line);

  return {
    url: `https://127.0.0.1:${port}`,
    setRoundTrip: (ms) => {
      roundTripMs = ms;
    },
    get openedAt() {
      return [...openedAt];
    },
    get handshakes() {
      return handshakes;
    },
    clear: () => {
      openedAt = [];
      handshakes = 0;
    },
    close: async () => {
      const closed = [line, tls].map((server) => once(server.close(), 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** Joins two sockets over a distance: what one says the other hears half a round trip later, and so with its end. */
function join(near: Socket, far: Socket, roundTripMs: number): void {
  carry(near, far, roundTripMs / 2, roundTripMs);
  carry(far, near, roundTripMs / 2, 0);
}

function carry(from: Socket, to: Socket, delayMs: number, openingMs: number): void {
  let extraMs = openingMs;
  const line = createDelayLine<Buffer | null>(delayMs, (chunk) => {
    if (chunk === null) to.end();
    else to.write(chunk);
  });
  from.on('data', (chunk: Buffer) => {
    line.send(chunk, extraMs);
    extraMs = 0;
  });
  from.once('end', () => line.send(null));
  from.once('close', () => {
    // After an orderly end the last bytes are still on their way.
    if (from.readableEnded) return;
    line.close();
    to.destroy();
  });
  from.on('error', () => undefined);
}
