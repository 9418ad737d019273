import type { Deadline } from '../limits/deadline.js';
import type { RetryPolicy } from '../limits/retry.js';
import { type OpenSpan, span } from '../limits/spans.js';
import { type Outcome, unsent } from '../persister/outcome.js';
import { askStore, readStored } from '../persister/reads.js';
import type { Fields } from '../persister/record.js';
import { StoreError } from '../persister/upstash/error.js';
import type { Reads } from '../persister/upstash/read.js';
import type { InputReport } from './report.js';
import type { Snapshot } from './snapshot.js';
import { memoryOf, parseMemory } from './snapshot.js';
import type { AssessRequest, Collection, Source } from './source.js';

export interface CollectDeps {
  readonly source: Source;
  readonly store: Pick<Reads, 'memories' | 'snapshots'>;
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

export interface CollectRequest {
  readonly regionIds: readonly string[];
  readonly trigger: AssessRequest['trigger'];
  readonly deadline: Deadline;
}

/** What was collected and assessed: for each region a snapshot or the outcome that says why there is none. */
export interface Collected {
  readonly inputs: readonly InputReport[];
  readonly snapshots: readonly Snapshot[];
  /** What the next run is to remember, by snapshot. */
  readonly memories: ReadonlyMap<Fields, Fields>;
  readonly failures: readonly Outcome[];
}

/**
 * Reads what the last runs remembered and the source at the same time, then assesses region by region. When the
 * memories cannot be read nothing is assessed: what was known of a regime would be overwritten by what was not heard.
 *
 * @returns never throws for what the store, the source or the feeds did
 */
export function collect(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  return span('collect', { region_ids: [...request.regionIds] }, async (opened) => {
    const collected = await readAndAssess(deps, request);
    record(opened, collected);
    return collected;
  });
}

async function readAndAssess(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  const { regionIds, deadline } = request;
  const limit = deadline.limit('collect');
  const [texts, collection] = await Promise.all([
    askStore((signal) => deps.store.memories(regionIds, signal), {
      policy: deps.retry,
      limit,
      random: deps.random,
    }),
    collectFrom(deps.source, deadline),
  ]);
  if (!('inputs' in collection)) return nothing(regionIds, [], collection);
  const { inputs } = collection;
  if (texts instanceof StoreError) return nothing(regionIds, inputs, memoriesFailure(texts));
  const memories = new Map(regionIds.map((regionId) => [regionId, parseMemory(texts.get(regionId))]));
  const wanted = new Map(
    regionIds.map((regionId) => [regionId, recall(collection, regionId, memories, deadline)]),
  );
  const payloads = await readPayloads(deps, [...wanted.values()].flat(), limit);
  const assessed = regionIds.map((regionId) => {
    const recalled = readable(wanted.get(regionId) ?? [], payloads, regionId);
    return assess(collection, { regionId, memory: memories.get(regionId) ?? null, recalled }, request);
  });
  return { inputs, ...sort(assessed) };
}

type Judged = { readonly snapshot: Snapshot; readonly memory: Fields } | { readonly failure: Outcome };

function sort(judged: readonly Judged[]): Omit<Collected, 'inputs'> {
  const made = judged.flatMap((one) => ('snapshot' in one ? one : []));
  return {
    snapshots: made.map(({ snapshot }) => snapshot),
    memories: new Map(made.map(({ snapshot, memory }) => [snapshot, memory])),
    failures: judged.flatMap((one) => ('failure' in one ? one.failure : [])),
  };
}

/** Never throws: a region whose memory the source cannot make sense of is assessed without what it names. */
function recall(
  collection: Collection,
  regionId: string,
  memories: ReadonlyMap<string, Fields | null>,
  { startedAt: now }: Deadline,
): readonly string[] {
  try {
    return collection.recall?.({ regionId, memory: memories.get(regionId) ?? null, now }) ?? [];
  } catch {
    return [];
  }
}

/** One request for all regions, and none when nothing is wanted. What cannot be read is left out. */
async function readPayloads(
  deps: CollectDeps,
  ids: readonly string[],
  limit: ReturnType<Deadline['limit']>,
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const payloads = await askStore((signal) => deps.store.snapshots([...new Set(ids)], signal), {
    policy: deps.retry,
    limit,
    random: deps.random,
  });
  return payloads instanceof StoreError ? new Map() : payloads;
}

function readable(
  ids: readonly string[],
  payloads: ReadonlyMap<string, string>,
  entity: string,
): ReadonlyMap<string, Fields> {
  return new Map(
    ids.flatMap((id) => {
      const payload = payloads.get(id);
      const stored = payload === undefined ? null : readStored(payload, { id, entity });
      return stored?.status === 'found' ? [[id, stored.snapshot] as const] : [];
    }),
  );
}

function record(opened: OpenSpan, { inputs, snapshots, failures }: Collected): void {
  opened.set({
    inputs: inputs.length,
    inputs_failed: inputs.filter(({ status }) => status === 'failed').length,
    snapshots: snapshots.length,
  });
  const codes = failures.flatMap((failure) => (failure.status === 'failed' ? failure.code : []));
  if (codes.length > 0) opened.fail(codes);
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The source is foreign code: whatever it throws is a value here, and it cannot outstay the limit of collect. */
async function collectFrom(source: Source, deadline: Deadline): Promise<Collection | Failure> {
  const { signal } = deadline.limit('collect');
  let giveUp = () => {};
  const timeUp = new Promise<Failure>((resolve) => {
    giveUp = () => resolve({ code: 'collect-deadline', message: 'the source did not answer in time' });
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    const context = { now: deadline.startedAt, signal: deadline.limit('sources').signal };
    return await Promise.race([source.collect(context), timeUp]);
  } catch {
    return { code: 'source-failed', message: 'the source threw instead of reporting its inputs' };
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function nothing(regionIds: readonly string[], inputs: readonly InputReport[], failure: Failure): Collected {
  return {
    inputs,
    snapshots: [],
    memories: new Map(),
    failures: regionIds.map((regionId) => unassessed(regionId, failure)),
  };
}

function assess(
  collection: Collection,
  region: Pick<AssessRequest, 'regionId' | 'memory' | 'recalled'>,
  { deadline, trigger }: CollectRequest,
): Judged {
  const { regionId } = region;
  try {
    const assessment = collection.assess({ ...region, now: deadline.startedAt, trigger });
    if (assessment.status === 'failed') return { failure: unassessed(regionId, assessment) };
    const { snapshot, memory } = assessment;
    return { snapshot, memory: memoryOf(snapshot, memory) };
  } catch {
    return {
      failure: unassessed(regionId, { code: 'assess-failed', message: 'the source could not assess it' }),
    };
  }
}

function memoriesFailure({ code, message }: StoreError): Failure {
  return { code, message: `what the last run remembered could not be read: ${message}` };
}

function unassessed(regionId: string, failure: Failure): Outcome {
  return unsent(regionId, 'collect', failure);
}
