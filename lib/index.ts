/** The face of the library: what another function needs to persist, read or assess snapshots of its own. */
export { type Clock, systemClock } from './clock.js';
export { createDeadline, type Deadline } from './deadline.js';
export { createGeography } from './geography/geography.js';
export { createPersister, type Persister, type PersisterDeps } from './persister/persister.js';
export { createReader, type Reader } from './read/reader.js';
export type { RegionReport, RunReport } from './report.js';
export type { RetryPolicy } from './retry.js';
export { createRunner, type Runner, type RunnerDeps, type RunRequest, type RunResult } from './run.js';
export { contentHash, type Snapshot, snapshotId } from './snapshot.js';
export { createGdacsFeeds } from './sources/gdacs.js';
export type { HazardFeed } from './sources/hazard-feed.js';
export { createHazardSource } from './sources/hazard-source.js';
export type { SnapshotSource } from './sources/snapshot-source.js';
export { createUsgsFeed } from './sources/usgs.js';
export {
  createSnapshotStore,
  type SnapshotStore,
  type SnapshotStoreOptions,
} from './store/snapshot-store.js';
