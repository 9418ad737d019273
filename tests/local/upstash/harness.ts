import { randomUUID } from 'node:crypto';
import { RESP_TYPES } from '@redis/client';
import { createRawClient } from '../../../local/upstash/redis-connection.js';
import { type GatewayOptions, startGateway } from '../../../local/upstash/server.js';
import { startPrivateRedis } from '../../support/private-redis.js';

export const TOKEN = 'a-token-for-tests';

/** A Redis with a connection of its own beside the gateway, for looking at what is really stored. */
export async function startStore() {
  const engine = await startPrivateRedis();
  const client = createRawClient(engine.url, () => false);
  await client.connect();
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: String };
  return {
    url: engine.url,
    /** A key that no other test uses: the Redis may be shared. */
    key: (name: string) => `test-${randomUUID()}:${name}`,
    send: (...command: [string, ...string[]]) => client.sendCommand<unknown>(command, { typeMapping }),
    close: async () => {
      client.destroy();
      await engine.close();
    },
  };
}

export type Store = Awaited<ReturnType<typeof startStore>>;

/** A gateway in front of the store, and a way to call it that knows the token. */
export async function openGateway(store: Store, options: Partial<GatewayOptions> = {}) {
  const gateway = await startGateway({ redisUrl: store.url, token: TOKEN, ...options });
  const call = (path: string, init: RequestInit = {}) =>
    fetch(gateway.url + path, { method: 'POST', ...init, headers: { ...authorised(), ...init.headers } });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await call(path, { body: JSON.stringify(body), headers });
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, body: answer };
  };
  return { gateway, call, post };
}

export function authorised(token = TOKEN): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** A wait that ends when the test says so. */
export function createManualWait() {
  const waits: { ms: number; end: () => void }[] = [];
  let onBegin: () => void = () => undefined;
  return {
    /** The waits that have begun and not ended, in ms. */
    pending: () => waits.map(({ ms }) => ms),
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waits.push({ ms, end: resolve });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        onBegin();
      }),
    /** Resolves when so many are pending. */
    begun: (count: number) =>
      new Promise<void>((resolve) => {
        onBegin = () => {
          if (waits.length >= count) resolve();
        };
        onBegin();
      }),
    endAll: () => {
      for (const { end } of waits.splice(0)) end();
    },
  };
}
