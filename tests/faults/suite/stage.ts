import { createClient } from '@redis/client';
import { systemClock } from '../../../lib/limits/deadline.js';
import { createKeys, type Keys } from '../../../lib/persister/upstash/keys.js';
import type { Intercept } from '../../../local/upstash/intercept.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/upstash/server.js';
import { startPrivateRedis } from '../../support/private-redis.js';
import type { StoreHarness } from '../../support/store-harness.js';
import { untilStill } from '../../support/until-still.js';
import { createStallMeter, type StallMeter } from './stall-meter.js';

/** A Redis of its own, a gateway in front of it, and a direct line behind the gateway's back. Plays one schedule at a time. */
export interface Stage {
  readonly gateway: Gateway;
  readonly redis: StoreHarness['redis'];
  readonly namespace: string;
  readonly keys: Keys;
  readonly stalls: StallMeter;
  /** What was written to the console so far. */
  written(): readonly string[];
  setIntercept(intercept: Intercept): void;
  /** Resolves when every request that was sent has been executed, also those that nobody waits for any more. */
  quiet(): Promise<void>;
  /** No keys, no faults. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions extends Pick<GatewayOptions, 'wait'> {
  /** What was written to the console so far. Default: nothing. */
  readonly written?: () => readonly string[];
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { written = () => [], ...gatewayOptions } = options;
  const engine = await startPrivateRedis();
  let intercept: Intercept = () => undefined;
  const gateway = await startGateway({
    redisUrl: engine.url,
    token: `token-${crypto.randomUUID()}`,
    ...gatewayOptions,
    intercept: (request) => intercept(request),
  });
  const redis = createClient({ url: engine.url });
  await redis.connect();
  const stalls = createStallMeter(systemClock);
  // The Redis may be one that others use: only what is ours is cleared.
  const namespace = `faults-${crypto.randomUUID()}:`;
  const keys = createKeys(namespace);
  return {
    gateway,
    redis,
    namespace,
    keys,
    stalls,
    written,
    setIntercept: (next) => {
      intercept = next;
    },
    // A request whose client has given up may still lie unread in a socket, where the gateway does not know of it.
    quiet: () => untilStill(gateway, QUIET_TURNS, () => gateway.idle()),
    async clear() {
      intercept = () => undefined;
      const left = await redis.keys(`${namespace}*`);
      if (left.length > 0) await redis.del(left);
    },
    async close() {
      stalls.close();
      redis.destroy();
      await gateway.close();
      await engine.close();
    },
  };
}

/** Turns of the event loop after which what lies in the sockets has been read. */
const QUIET_TURNS = 20;
