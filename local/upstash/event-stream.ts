import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { deliver, deliverAnswer } from './intercept.js';
import { createRawClient } from './redis-connection.js';
import { errorAnswer } from './reply.js';
import { type Command, commandName } from './request.js';

const STREAMS = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'MONITOR']);

/** Whether a command spelled out in the path is answered with events for as long as the client listens. */
export function isStream(command: Command | undefined, accept: string | undefined): command is Command {
  if (command === undefined || !/\btext\/event-stream\b/.test(accept ?? '')) return false;
  const name = commandName(command);
  return STREAMS.has(name) && (name === 'MONITOR' || channelsOf(command).length > 0);
}

/** Those of the path. A body is no channel: Upstash's client sends an empty list with every request. */
function channelsOf([, ...args]: Command): string[] {
  return args.filter((argument) => typeof argument === 'string');
}

/**
 * Answers SUBSCRIBE, PSUBSCRIBE and MONITOR with server-sent events, over a connection to Redis of their own.
 *
 * @returns the HTTP status, once the stream is open; it ends with the response
 */
export async function openStream(
  redisUrl: string,
  command: Command,
  response: ServerResponse,
): Promise<number | null> {
  const client = createRawClient(redisUrl, () => false);
  const closed = once(response, 'close').then(() => client.destroy());
  try {
    await client.connect();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    await listen(client, command, (event) => response.write(toEvent(event)));
    return 200;
  } catch (error) {
    if (response.destroyed) return closed.then(() => null);
    const message = error instanceof Error ? error.message : String(error);
    if (!response.headersSent) return deliver(response, deliverAnswer(errorAnswer(500, `ERR ${message}`)));
    response.destroy();
    return 200;
  }
}

type RawClient = ReturnType<typeof createRawClient>;

async function listen(client: RawClient, command: Command, write: (event: string) => void): Promise<void> {
  const name = commandName(command);
  if (name === 'MONITOR') {
    await client.monitor((line) => write(String(line)));
    return write('"OK"');
  }
  for (const [i, channel] of channelsOf(command).entries()) {
    if (name === 'SUBSCRIBE') {
      await client.subscribe(channel, (message, from) => write(`message,${from},${message}`));
    } else {
      await client.pSubscribe(channel, (message, from) => write(`pmessage,${channel},${from},${message}`));
    }
    write(`${name.toLowerCase()},${channel},${i + 1}`);
  }
}

/** One event; a line break in it begins another line of the same event. */
function toEvent(text: string): string {
  return `${text
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}
