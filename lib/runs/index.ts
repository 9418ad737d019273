/** `region-persister/runs`: collect → assess → persist → report, over a source of your own. */
export { type Clock, systemClock } from '../limits/deadline.js';
export { createStore, type Store, type StoreOptions } from '../persister/upstash/store.js';
export { createNotify, type Notify, type NotifyOptions } from './notify.js';
export type { InputReport, LogEntry, RegionReport, RunReport, Trigger } from './report.js';
export {
  createRunner,
  type Runner,
  type RunnerDeps,
  type RunRequest,
  type RunResult,
  type Summarise,
} from './run.js';
export type { Snapshot, SnapshotHead } from './snapshot.js';
export type {
  Assessment,
  AssessRequest,
  CollectContext,
  Collection,
  RecallRequest,
  Source,
} from './source.js';
