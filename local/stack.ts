import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Env, readVariable } from '../lib/config.js';
import { type Closers, createClosers } from './closers.js';
import { functionEnv } from './function-env.js';
import type { LogLine } from './functions/function-host.js';
import { type Functions, logToStderr, startFunctions } from './functions/functions.js';
import { createFaultSchedule } from './gateway/faults.js';
import { type Gateway, startGateway } from './gateway/gateway.js';
import { loadFaults } from './gateway/load-faults.js';
import { type RedisEngine, redisFromEnv, startRedis } from './redis/redis-engine.js';
import { type SampleFeeds, startSampleFeeds } from './sample-feeds/index.js';

export interface StackOptions {
  /** Added to every request to the Redis gateway, in ms. Default 0. */
  readonly rttMs?: number;
  /** Reads the real feeds instead of the samples. */
  readonly live?: boolean;
  /** A JSON file of faults that the gateway shall make happen. */
  readonly faultsFile?: string | undefined;
  /** Where CRON_SECRET, the settings of `PASSED_ON`, and the choice of the Redis are read. Default: nowhere. */
  readonly env?: Env;
  /** Ports on loopback; whichever is not given is a free one. */
  readonly ports?: { readonly functions?: number; readonly gateway?: number; readonly feeds?: number };
  /** What the functions write; by default it goes to our stderr. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Stack {
  readonly redis: RedisEngine;
  readonly gateway: Gateway;
  /** null when the real feeds are read. */
  readonly feeds: SampleFeeds | null;
  readonly functions: Functions;
  readonly cronSecret: string;
  /** Whether the secret was made for this start, and so is worth nothing after it. */
  readonly secretIsThrowaway: boolean;
  /** Ends everything; when it resolves, nothing is left. */
  close(): Promise<void>;
}

/** The folder that holds `api/`, `public/` and `vercel.json`. */
export const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Starts everything that the system needs, on this machine: Redis, the Upstash gateway in front of it, sample feeds,
 * and the functions with the environment that ties them together.
 *
 * @throws when a part cannot be started; the parts before it are ended again
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const closers = createClosers();
  try {
    return await startParts(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

async function startParts(options: StackOptions, closers: Closers): Promise<Stack> {
  const { rttMs = 0, live = false, faultsFile, env = {}, ports = {}, onLog = logToStderr } = options;
  const faults = createFaultSchedule(faultsFile === undefined ? [] : await loadFaults(faultsFile));
  const redis = await keep(closers, 'Redis', startRedis(redisFromEnv(env)));
  const gateway = await keep(
    closers,
    'gateway to Redis',
    startGateway({
      redisUrl: redis.url,
      token: newSecret(),
      port: ports.gateway ?? 0,
      roundTripMs: rttMs,
      intercept: faults.intercept,
    }),
  );
  const feeds = live
    ? null
    : await keep(closers, 'feed server', startSampleFeeds({ port: ports.feeds ?? 0 }));
  const givenSecret = readVariable(env, 'CRON_SECRET');
  const cronSecret = givenSecret ?? newSecret();
  const functions = await keep(
    closers,
    'function server',
    startFunctions({
      root: PROJECT_ROOT,
      env: functionEnv({ env, gateway, feeds, cronSecret }),
      port: ports.functions ?? 0,
      onLog,
    }),
  );
  const secretIsThrowaway = givenSecret === undefined;
  return { redis, gateway, feeds, functions, cronSecret, secretIsThrowaway, close: closers.closeAll };
}

/** Waits for a part to be there, and remembers to end it. */
async function keep<T extends { close(): Promise<void> }>(
  closers: Closers,
  name: string,
  starting: Promise<T>,
): Promise<T> {
  const part = await starting.catch((cause: unknown) => {
    throw new Error(`The ${name} could not be started.`, { cause });
  });
  closers.add(() => part.close());
  return part;
}

function newSecret(): string {
  return randomBytes(16).toString('hex');
}
