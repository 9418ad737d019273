import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Env, readVariable } from '../lib/config.js';
import { FEED_VARIABLES } from '../lib/hazards/feeds/feeds.js';
import { createFaultLog, type FaultLog } from './fault-log.js';
import { type SampleFeeds, startSampleFeeds } from './feeds/server.js';
import { type LogLine, logToStderr, type Site, startSite } from './site.js';
import { loadFaults } from './upstash/fault-rules.js';
import { createFaultSchedule, type FaultSchedule } from './upstash/faults.js';
import {
  type RedisEngine,
  type RedisOptions,
  redisFromEnv,
  startRedis,
} from './upstash/redis/redis-engine.js';
import { type Gateway, startGateway } from './upstash/server.js';

export interface StackOptions {
  /** Added to every request to the Redis gateway, in ms. Default 0. */
  readonly rttMs?: number;
  /** Reads the real feeds instead of the samples. */
  readonly live?: boolean;
  /** A JSON file of faults for the gateway to inject. */
  readonly faultsFile?: string | undefined;
  /** Where CRON_SECRET, the settings of `PASSED_ON`, and the choice of the Redis are read. Default: nowhere. */
  readonly env?: Env;
  /** Ports on loopback; whichever is not given is a free one. */
  readonly ports?: { readonly functions?: number; readonly gateway?: number; readonly feeds?: number };
  /** Receives what the functions log. Default: our stderr. */
  readonly onLog?: (line: LogLine) => void;
}

export interface Stack {
  readonly redis: RedisEngine;
  readonly gateway: Gateway;
  /** null when the real feeds are read. */
  readonly feeds: SampleFeeds | null;
  /** The status page and the functions. */
  readonly functions: Site;
  /** The environment of the functions. */
  readonly env: Readonly<Record<string, string>>;
  /** What the faults of `faultsFile` did. */
  readonly faultLog: FaultLog;
  readonly cronSecret: string;
  /** Whether the secret was made for this start. */
  readonly secretIsThrowaway: boolean;
  /** Closes every part, the last started first. */
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
  const rules = faultsFile === undefined ? [] : await loadFaults(faultsFile);
  const faultLog = createFaultLog(rules);
  const faults = createFaultSchedule(rules, faultLog.record);
  const [{ redis, gateway }, feeds] = await allOf([
    startStore(closers, { redis: redisFromEnv(env), port: ports.gateway ?? 0, rttMs, faults }),
    live ? null : keep(closers, 'feed server', startSampleFeeds({ port: ports.feeds ?? 0 })),
  ]);
  const givenSecret = readVariable(env, 'CRON_SECRET');
  const cronSecret = givenSecret ?? newSecret();
  const functionsEnv = functionEnv({ env, gateway, feeds, cronSecret });
  const functions = await keep(
    closers,
    'function server',
    startSite({
      root: PROJECT_ROOT,
      env: functionsEnv,
      port: ports.functions ?? 0,
      onLog,
    }),
  );
  const secretIsThrowaway = givenSecret === undefined;
  const parts = { redis, gateway, feeds, functions, env: functionsEnv, faultLog };
  return { ...parts, cronSecret, secretIsThrowaway, close: closers.closeAll };
}

interface StoreParts {
  readonly redis: RedisOptions;
  readonly port: number;
  readonly rttMs: number;
  readonly faults: FaultSchedule;
}

/** Redis, and the gateway in front of it. */
async function startStore(closers: Closers, { redis: options, port, rttMs, faults }: StoreParts) {
  const redis = await keep(closers, 'Redis', startRedis(options));
  const gateway = await keep(
    closers,
    'gateway to Redis',
    startGateway({
      redisUrl: redis.url,
      token: newSecret(),
      port,
      roundTripMs: rttMs,
      intercept: faults.intercept,
    }),
  );
  return { redis, gateway };
}

/** Waits for all of them even when one fails, so that whatever was started by then can be ended. */
async function allOf<T extends readonly unknown[] | []>(starting: T) {
  await Promise.allSettled(starting);
  return Promise.all(starting);
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
export interface Closers {
  /** Remembers how something that was just started is ended. */
  add(close: () => Promise<unknown>): void;
  /**
   * Ends everything, last started first, each only after the one before it has ended. One that fails keeps no other
   * from being ended.
   *
   * @throws AggregateError of what failed
   */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => {
      closers.push(close);
    },
    async closeAll() {
      const errors: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        await close().catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
    },
  };
}

/** The settings that reach the functions from the environment of whoever starts the stack. No others do. */
export const PASSED_ON = [
  'KEY_NAMESPACE',
  'READ_TOKEN',
  'RUN_BUDGET_MS',
  'VERCEL_ENV',
  'VERCEL_GIT_COMMIT_SHA',
] as const;

export interface FunctionEnvParts {
  readonly env: Env;
  readonly gateway: { readonly url: string; readonly token: string };
  /** null when the real feeds are read; the variables that replace their addresses are then passed on as well. */
  readonly feeds: Pick<SampleFeeds, 'urls'> | null;
  readonly cronSecret: string;
}

/** The environment that ties the functions to the other parts of the stack. */
export function functionEnv({ env, gateway, feeds, cronSecret }: FunctionEnvParts): Record<string, string> {
  return {
    ...pick(env, PASSED_ON),
    ...(feeds === null ? pick(env, FEED_VARIABLES) : feeds.urls),
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
    CRON_SECRET: cronSecret,
  };
}

/** The variables that have a value. */
function pick(env: Env, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readVariable(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
