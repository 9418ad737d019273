/** The face of the library: what another function needs to persist, read or assess snapshots of its own. */
export { type Clock, systemClock } from './clock.js';
export { createDeadline, type Deadline, type DeadlinePhase, type TimeLimit } from './deadline.js';
export { createGeography, type Geography } from './geography/geography.js';
export type { LogEntry } from './log.js';
export { createPersister, type Persister, type PersisterDeps } from './persister/persister.js';
export type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './read/answers.js';
export type { HistoryQuery } from './read/history-query.js';
export { createReader, type Reader, type ReaderDeps } from './read/reader.js';
export type { RegionId } from './regions.js';
export type { InputReport, RegionReport, RunReport } from './report.js';
export type { RetryPolicy } from './retry.js';
export { createRunner, type Runner, type RunnerDeps, type RunRequest, type RunResult } from './run.js';
export { contentHash, type Snapshot, type SnapshotHead, snapshotId } from './snapshot.js';
export { createGdacsFeeds } from './sources/gdacs.js';
export type { HazardEvent } from './sources/hazard-event.js';
export type { FeedReading, HazardFeed, HttpFeedDeps } from './sources/hazard-feed.js';
export { createHazardSource, type HazardSourceDeps } from './sources/hazard-source.js';
export type {
  Assessment,
  AssessRequest,
  CollectContext,
  Collection,
  SnapshotSource,
} from './sources/snapshot-source.js';
export { createUsgsFeed } from './sources/usgs.js';
export {
  createSnapshotStore,
  type SnapshotStore,
  type SnapshotStoreOptions,
} from './store/snapshot-store.js';
export { StoreError } from './store/store-error.js';
export type { StoredSnapshot } from './store/stored-snapshot.js';
export type { Transport } from './store/transport.js';
export { type OpenSpan, openTrace, type Trace } from './tracing.js';
