/** The main entry of the package: stores entities of your own, and reads them back. */
export { createDeadline, type Deadline, type DeadlinePhase, type TimeLimit } from './limits/deadline.js';
export type { RetryPolicy } from './limits/retry.js';
export type { Effort, Ending, Failure, Outcome, Phase } from './persister/outcome.js';
export type { Entry } from './persister/persister.js';
export {
  createPersister,
  type EntityHistory,
  type HistoryOptions,
  type Persister,
  type PersisterOptions,
  type PersistOptions,
  type StoredValue,
} from './persister/persister.js';
export type { EntityHealth } from './persister/reads.js';
export { contentHash, type Fields, snapshotId } from './persister/record.js';
export { StoreError } from './persister/upstash/error.js';
export type { Transport } from './persister/upstash/transport.js';
export { traceWith } from './tracing.js';
