import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { listenOnLoopback } from '../../local/listen.js';

/** What a monitor and a chat were sent. */
export type Told =
  | { readonly to: 'heartbeat'; readonly failed: number }
  | { readonly to: 'alert'; readonly lines: readonly string[] };

const HeartbeatSchema = z.object({ counts: z.object({ failed: z.int().min(1) }) });
const AlertSchema = z.object({ text: z.string() });

/** The addresses of HEARTBEAT_URL and ALERT_WEBHOOK_URL, on a real server. What else it is sent is a bug, and throws. */
export async function startReceiver() {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    told.push(read(`${request.method} ${request.url}`, await text(request)));
    response.end('OK');
  });
  const origin = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  return {
    env: { HEARTBEAT_URL: `${origin}/heartbeat`, ALERT_WEBHOOK_URL: `${origin}/alerts` },
    /** What it was told since the last time. */
    take: (): readonly Told[] => told.splice(0),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function read(request: string, body: string): Told {
  switch (request) {
    case 'GET /heartbeat':
      return { to: 'heartbeat', failed: 0 };
    case 'POST /heartbeat/fail':
      return { to: 'heartbeat', failed: HeartbeatSchema.parse(JSON.parse(body)).counts.failed };
    case 'POST /alerts':
      return { to: 'alert', lines: AlertSchema.parse(JSON.parse(body)).text.split('\n') };
    default:
      throw new Error(`nobody is to be told by ${request}`);
  }
}
