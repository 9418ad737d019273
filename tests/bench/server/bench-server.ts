/**
 * Everything that a contender talks to, in a process of its own, so that what the contenders' process uses is theirs:
 * a Redis, the Upstash gateway in front of it, a front that puts the gateway far away, and sample feeds. Asked over IPC; ends when
 * the channel does.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { RESP_TYPES } from '@redis/client';
import { z } from 'zod';
import { createKeys } from '../../../lib/persister/upstash/keys.js';
import { startSampleFeeds } from '../../../local/feeds/server.js';
import { keysOf } from '../../../local/upstash/command-traits.js';
import { planFault } from '../../../local/upstash/fault-rules.js';
import type { Intercept } from '../../../local/upstash/intercept.js';
import { type RedisEngine, startRedis } from '../../../local/upstash/redis/redis-engine.js';
import { createRawClient } from '../../../local/upstash/redis-connection.js';
import type { LoggedRequest } from '../../../local/upstash/request-log.js';
import { startGateway } from '../../../local/upstash/server.js';
import { NAMESPACE } from '../namespace.js';
import { makeCertificate } from './certificate.js';
import { startFarFront } from './far-front.js';
import { findRedisServer } from './find-redis-server.js';
import { AskSchema, type Conditions, type Said, type Traffic } from './messages.js';

const TOKEN = 'bench-token';
const keys = createKeys(NAMESPACE);

const binary = await findRedisServer(process.env);
const engine = await startRedis(binary === undefined ? {} : { binary });
let fault: Conditions['fault'] = null;
const gateway = await startGateway({
  redisUrl: engine.url,
  token: TOKEN,
  intercept,
  // Thousands of requests wait at once here; nothing is left of them when the process ends.
  wait: (ms) => sleep(ms),
});
const feeds = await startSampleFeeds();
const certificate = await makeCertificate();
const far = await startFarFront({ port: Number(new URL(gateway.url).port), certificate });

process.on('message', (message) => {
  const ask = AskSchema.parse(message);
  if (ask.kind === 'set') setConditions(ask.conditions);
  say({ kind: 'traffic', traffic: traffic() });
});
process.once('disconnect', async () => {
  await far.close();
  await gateway.close();
  await feeds.close();
  await engine.close();
});
say({
  kind: 'ready',
  ready: {
    nearUrl: gateway.url,
    farUrl: far.url,
    token: TOKEN,
    authority: certificate.cert,
    feeds: feeds.urls,
    redisUrl: engine.url,
    redis: await describeRedis(engine),
  },
});

function say(said: Said): void {
  process.send?.(said);
}

function setConditions(conditions: Conditions): void {
  const isFar = conditions.front === 'far';
  gateway.setRoundTrip(isFar ? 0 : conditions.roundTripMs);
  far.setRoundTrip(isFar ? conditions.roundTripMs : 0);
  fault = conditions.fault;
  gateway.clear();
  far.clear();
}

function intercept(request: Parameters<Intercept>[0]): ReturnType<Intercept> {
  if (fault === null) return undefined;
  const { region, effect } = fault;
  const writes = request.commands.some((command) => keysOf(command).includes(keys.latest(region)));
  if (!writes) return undefined;
  return planFault(
    effect === 'fails' ? { kind: 'status', status: 500 } : { kind: 'delay', ms: effect.slowMs },
    [],
  );
}

function traffic(): Traffic {
  const { requests, commands, bytesIn: bytes, connections } = gateway.stats;
  const claims = gateway.requests.filter(isClaim);
  const claimedAt = claims.reduce((last, { receivedAt }) => Math.max(last, receivedAt), 0);
  return {
    requests,
    commands,
    bytes,
    // Behind the far front each connection arrives at the gateway, too.
    connections: Math.max(connections, far.openedAt.length),
    lateConnections: claims.length === 0 ? 0 : far.openedAt.filter((at) => at > claimedAt).length,
    handshakes: far.handshakes,
  };
}

function isClaim({ commands }: LoggedRequest): boolean {
  return commands.some(
    ([name, ...args]) => name?.toUpperCase() === 'SET' && args.some((arg) => arg.toUpperCase() === 'NX'),
  );
}

async function describeRedis({ url, kind }: RedisEngine): Promise<string> {
  if (kind === 'embedded') return 'js-redis-server (in the process of the gateway)';
  const client = createRawClient(url, () => false);
  await client.connect();
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: String };
  const info = z.string().parse(await client.sendCommand<unknown>(['INFO', 'server'], { typeMapping }));
  client.destroy();
  return `redis-server ${/redis_version:(\S+)/.exec(info)?.[1] ?? ''}`.trim();
}
