import type { Config } from './config.js';
import { createReader, type Reader } from './read/reader.js';
import { createSnapshotStore } from './store/snapshot-store.js';

/** Half of what a read may take, so that a request that hangs is sent once more. In ms. */
const REQUEST_TIMEOUT_MS = 1_400;

/** A reader for one call. Apart from `compose.ts`, because a read has no use for the map that a run has to load. */
export function composeReader({ store }: Config): Reader {
  return createReader({ store: createSnapshotStore({ ...store, requestTimeoutMs: REQUEST_TIMEOUT_MS }) });
}
