import type { Deadline } from '../limits/deadline.js';
import type { RetryPolicy } from '../limits/retry.js';
import { askStore } from '../persister/ask.js';
import { type Outcome, unsent } from '../persister/outcome.js';
import { StoreError } from '../persister/upstash/error.js';
import type { Reads } from '../persister/upstash/read.js';
import { NO_TRACE, type OpenSpan, type Trace } from '../tracing.js';
import type { InputReport } from './report.js';
import { parseHead, type Snapshot, type SnapshotHead } from './snapshot.js';
import type { AssessRequest, Collection, Source } from './source.js';

export interface CollectDeps {
  readonly source: Source;
  readonly store: Pick<Reads, 'heads'>;
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

export interface CollectRequest {
  readonly regionIds: readonly string[];
  readonly trigger: AssessRequest['trigger'];
  readonly deadline: Deadline;
  /** Gets the span `collect`. Default: none is recorded. */
  readonly trace?: Trace;
}

/** What was collected and assessed: for each region a snapshot or the outcome that says why there is none. */
export interface Collected {
  readonly inputs: readonly InputReport[];
  readonly snapshots: readonly Snapshot[];
  readonly failures: readonly Outcome[];
}

/**
 * Reads the heads and the source at the same time, then assesses region by region. Without its head a region is not
 * assessed: what was known of its regime would be overwritten by what could not be read.
 *
 * @returns never throws for what the store, the source or the feeds did
 */
export function collect(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  const { regionIds, trace = NO_TRACE } = request;
  return trace.span('collect', { region_ids: [...regionIds] }, async (span) => {
    const collected = await readAndAssess(deps, request, span);
    record(span, collected);
    return collected;
  });
}

async function readAndAssess(deps: CollectDeps, request: CollectRequest, span: OpenSpan): Promise<Collected> {
  const { regionIds, deadline } = request;
  const limit = deadline.limit('collect');
  const [heads, collection] = await Promise.all([
    askStore((signal) => deps.store.heads(regionIds, signal), {
      policy: deps.retry,
      limit,
      random: deps.random,
    }),
    collectFrom(deps.source, deadline, span),
  ]);
  if (!('inputs' in collection)) return nothing(regionIds, [], collection);
  const { inputs } = collection;
  if (heads instanceof StoreError) return nothing(regionIds, inputs, headsFailure(heads));
  const assessed = regionIds.map((regionId) =>
    assess(collection, regionId, parseHead(heads.get(regionId)), request),
  );
  return {
    inputs,
    snapshots: assessed.flatMap((one) => ('snapshot' in one ? one.snapshot : [])),
    failures: assessed.flatMap((one) => ('failure' in one ? one.failure : [])),
  };
}

function record(span: OpenSpan, { inputs, snapshots, failures }: Collected): void {
  span.set({
    inputs: inputs.length,
    inputs_failed: inputs.filter(({ status }) => status === 'failed').length,
    snapshots: snapshots.length,
  });
  const codes = failures.flatMap((failure) => (failure.status === 'failed' ? failure.code : []));
  if (codes.length > 0) span.fail(codes);
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The source is foreign code: whatever it throws is a value here, and it cannot outstay the limit of collect. */
async function collectFrom(source: Source, deadline: Deadline, trace: Trace): Promise<Collection | Failure> {
  const { signal } = deadline.limit('collect');
  let giveUp = () => {};
  const timeUp = new Promise<Failure>((resolve) => {
    giveUp = () => resolve({ code: 'collect-deadline', message: 'the source did not answer in time' });
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    const context = { now: deadline.startedAt, signal: deadline.limit('sources').signal, trace };
    return await Promise.race([source.collect(context), timeUp]);
  } catch {
    return { code: 'source-failed', message: 'the source threw instead of reporting its inputs' };
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function nothing(regionIds: readonly string[], inputs: readonly InputReport[], failure: Failure): Collected {
  return { inputs, snapshots: [], failures: regionIds.map((regionId) => unassessed(regionId, failure)) };
}

function assess(
  collection: Collection,
  regionId: string,
  previousHead: SnapshotHead | null,
  { deadline, trigger }: CollectRequest,
): { snapshot: Snapshot } | { failure: Outcome } {
  try {
    const assessment = collection.assess({ regionId, previousHead, now: deadline.startedAt, trigger });
    if (assessment.status === 'assessed') return { snapshot: assessment.snapshot };
    return { failure: unassessed(regionId, assessment) };
  } catch {
    return {
      failure: unassessed(regionId, { code: 'assess-failed', message: 'the source could not assess it' }),
    };
  }
}

function headsFailure({ code, message }: StoreError): Failure {
  return { code, message: `the previous snapshots could not be read: ${message}` };
}

function unassessed(regionId: string, failure: Failure): Outcome {
  return unsent(regionId, 'collect', failure);
}
