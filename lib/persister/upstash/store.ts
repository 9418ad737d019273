import { createClaims } from './claim.js';
import { createStoreClient, type StoreClient, type StoreClientOptions } from './client.js';
import { createKeys } from './keys.js';
import { createCommits } from './publish.js';
import { createHeads, createHistory, createReads } from './read.js';
import { createRuns } from './runs.js';

const DAY_MS = 86_400_000;

/** How long snapshots are kept, in ms. Previews keep theirs for one day. */
export const RETENTION_MS = 90 * DAY_MS;
export const PREVIEW_RETENTION_MS = DAY_MS;

export interface SnapshotStoreOptions extends StoreClientOptions {
  /** Put before every key; '' for none. */
  readonly namespace: string;
  /** How long snapshots are kept, in ms. Default 90 days. */
  readonly retentionMs?: number;
}

/** What asks Redis for one thing at a time, as one HTTP request each, and `usage`, which counts them. */
export type SnapshotStore = ReturnType<typeof storeOver> & Pick<StoreClient, 'preconnect' | 'usage'>;

/**
 * Everything that knows Redis: claims, commits, heads, runs and reads over one client. Between calls it holds nothing that
 * keeps a process alive: connections idle for some seconds, for the next call.
 *
 * @param options.namespace part of every key, so that deployments which share a database do not share data
 * @returns the store. Nothing is sent yet: an empty or malformed URL is reported by the first request, as a StoreError
 *   `store-unreachable`, and the methods throw no other error for what the store did.
 */
export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  const client = createStoreClient(options);
  return { ...storeOver(client, options), preconnect: client.preconnect, usage: client.usage };
}

function storeOver(client: StoreClient, options: SnapshotStoreOptions) {
  const keys = createKeys(options.namespace);
  const retentionMs = options.retentionMs ?? RETENTION_MS;
  return {
    ...createClaims(client, keys),
    ...createCommits(client, keys, retentionMs),
    ...createHeads(client, keys),
    ...createRuns(client, keys, retentionMs),
    ...createReads(client, keys),
    ...createHistory(client, keys),
  };
}
