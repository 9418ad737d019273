export type { HazardEvent } from './hazards/event.js';
export type { FeedReading, HazardFeed, HttpFeedDeps } from './hazards/feeds/feed.js';
export { createGdacsFeeds } from './hazards/feeds/gdacs.js';
export { createUsgsFeed } from './hazards/feeds/usgs.js';
export { createGeography, type Geography } from './hazards/regions/points.js';
export type { RegionId } from './hazards/regions/regions.js';
export { createHazardSource, type HazardSourceDeps } from './hazards/source.js';
/** The face of the library: what another function needs to persist, read or assess snapshots of its own. */
export {
  type Clock,
  createDeadline,
  type Deadline,
  type DeadlinePhase,
  systemClock,
  type TimeLimit,
} from './limits/deadline.js';
export type { RetryPolicy } from './limits/retry.js';
export type { RegionReport } from './persister/outcome.js';
export { createPersister, type Persister, type PersisterDeps } from './persister/persister.js';
export { contentHash, snapshotId } from './persister/record.js';
export { StoreError } from './persister/upstash/error.js';
export {
  createSnapshotStore,
  type SnapshotStore,
  type SnapshotStoreOptions,
} from './persister/upstash/store.js';
export type { Transport } from './persister/upstash/transport.js';
export type { LogEntry } from './runs/log.js';
export type { InputReport, RunReport } from './runs/report.js';
export { createRunner, type Runner, type RunnerDeps, type RunRequest, type RunResult } from './runs/run.js';
export type { Snapshot, SnapshotHead, StoredSnapshot } from './runs/snapshot.js';
export type { Assessment, AssessRequest, CollectContext, Collection, SnapshotSource } from './runs/source.js';
export { type OpenSpan, openTrace, type Trace } from './tracing.js';
export type { HealthAnswer, HistoryAnswer, RegionsAnswer, RunsAnswer } from './web/answers.js';
export type { HistoryQuery } from './web/history.js';
export { createReader, type Reader, type ReaderDeps } from './web/reader.js';
