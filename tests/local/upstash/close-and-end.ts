import { once } from 'node:events';
import { request } from 'node:http';
import { startRedis } from '../../../local/upstash/redis/redis-engine.js';
import { startGateway } from '../../../local/upstash/server.js';
import { authorised, TOKEN } from './harness.js';

/** A program that comes to its end only if closing leaves no socket and no timer alive. */
const redis = await startRedis();
let onArrival: () => void = () => undefined;
const arrived = new Promise<void>((resolve) => {
  onArrival = resolve;
});
const gateway = await startGateway({
  redisUrl: redis.url,
  token: TOKEN,
  roundTripMs: 600_000,
  intercept: () => {
    onArrival();
    return undefined;
  },
});
const outgoing = request(`${gateway.url}/ping`, { headers: authorised() }).end();
const dropped = once(outgoing, 'error').catch(() => undefined);
await arrived;
await gateway.close();
await redis.close();
await dropped;
