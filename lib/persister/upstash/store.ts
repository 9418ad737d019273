import { DAY_MS, RETENTION_MS } from '../record.js';
import { createClaims } from './claim.js';
import { createStoreClient, type StoreClient, type StoreClientOptions } from './client.js';
import { createKeys } from './keys.js';
import { createHistory, createRuns } from './lists.js';
import { createPublishing, DEDUP_WINDOW_MS } from './publish.js';
import { createReads } from './read.js';
import { createRemoving } from './remove.js';

/** How long a preview keeps its snapshots, in ms. */
export const PREVIEW_RETENTION_MS = DAY_MS;

export interface StoreOptions extends StoreClientOptions {
  /** Put before every key; '' for none. */
  readonly namespace: string;
  /** How long snapshots are kept, in ms. Default 90 days. */
  readonly retentionMs?: number;
  /** How long the same content of an entity counts as a duplicate, in ms. Default 15 minutes. */
  readonly dedupWindowMs?: number;
}

/** Each method makes one HTTP request; `usage` counts them. */
export type Store = ReturnType<typeof storeOver> & Pick<StoreClient, 'preconnect' | 'usage'>;

/**
 * Everything that knows Redis: claims, publishing, reads and runs over one client. Connections stay open for some
 * seconds for the next call, but do not keep a process alive.
 *
 * @param options.namespace part of every key, so that deployments which share a database do not share data
 * @returns the store. Nothing is sent yet: a malformed URL is reported by the first request, as a StoreError
 *   `store-url-invalid`. The methods throw only StoreErrors for failures of the store.
 */
export function createStore(options: StoreOptions): Store {
  const client = createStoreClient(options);
  return { ...storeOver(client, options), preconnect: client.preconnect, usage: client.usage };
}

function storeOver(client: StoreClient, options: StoreOptions) {
  const keys = createKeys(options.namespace);
  const { retentionMs = RETENTION_MS, dedupWindowMs = DEDUP_WINDOW_MS } = options;
  return {
    ...createClaims(client, keys),
    ...createPublishing(client, keys, { retentionMs, dedupWindowMs }),
    ...createReads(client, keys),
    ...createHistory(client, keys),
    ...createRemoving(client, keys),
    ...createRuns(client, keys, retentionMs),
  };
}

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface Connection {
  readonly url: string;
  readonly token: string;
}

/**
 * Where the database is, as given or by the environment's variables. Vercel's Upstash integration sets the KV_ names.
 *
 * @throws TypeError that names the variable which is missing or wrong, never its value
 */
export function connectionFrom(given: Partial<Connection>, env: Env): Connection {
  const url = given.url?.trim() || variable(env, 'UPSTASH_REDIS_REST_URL', 'KV_REST_API_URL', 'url');
  const token =
    given.token?.trim() || variable(env, 'UPSTASH_REDIS_REST_TOKEN', 'KV_REST_API_TOKEN', 'token');
  if (!isHttpUrl(url)) {
    const name = given.url === undefined ? 'UPSTASH_REDIS_REST_URL (or KV_REST_API_URL)' : 'url';
    throw new TypeError(`${name} must be an http or https URL`);
  }
  return { url, token };
}

function variable(env: Env, name: string, other: string, option: string): string {
  // Empty counts as missing.
  const value = env[name]?.trim() || env[other]?.trim();
  if (value) return value;
  throw new TypeError(`${name} is missing: set it (${other} is also accepted), or pass \`${option}\``);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
