import type { Deadline } from '../limits/deadline.js';
import type { RetryPolicy } from '../limits/retry.js';
import { type OpenSpan, span } from '../limits/spans.js';
import { type Outcome, unsent } from '../persister/outcome.js';
import { askStore, readStored } from '../persister/reads.js';
import type { Fields } from '../persister/record.js';
import { StoreError } from '../persister/upstash/error.js';
import type { Reads } from '../persister/upstash/read.js';
import { currentReport, type InputReport, type RegionReport } from './report.js';
import { hearsMore, type Standing, slotOf, standingOf, unheardOf } from './slots.js';
import { memoryOf, parseMemory, type Snapshot } from './snapshot.js';
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
  /** Whether to leave out what is not due in the present slot. */
  readonly due: boolean;
  /** Whether to read the snapshots of what is current, where anything else is to be persisted. Default: not. */
  readonly readCurrent?: boolean;
  /** Called once it is known how many regions may have to be persisted: at least one, and before the feeds answer. */
  readonly onWork?: (regions: number) => void;
}

/** What was collected and assessed: for each region a snapshot or the outcome that says why there is none. */
export interface Collected {
  readonly inputs: readonly InputReport[];
  readonly snapshots: readonly Snapshot[];
  /** What the next run is to remember, by snapshot. */
  readonly memories: ReadonlyMap<Fields, Fields>;
  readonly failures: readonly Outcome[];
  /** The regions of which nothing was due. */
  readonly current: readonly CurrentReport[];
  /** Their snapshots, as far as they were wanted and could be read. */
  readonly currentSnapshots: readonly Fields[];
}

type CurrentReport = Extract<RegionReport, { status: 'current' }>;

/**
 * Reads what the last runs remembered and the source at the same time, then assesses region by region. When the
 * memories cannot be read nothing is assessed: what was known of a regime would be overwritten with unknowns.
 *
 * If only what is due is to be persisted the memories are read first, because they decide whether the source is needed.
 *
 * @returns never throws for what the store, the source or the feeds did
 */
export function collect(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  return span('collect', { region_ids: [...request.regionIds] }, async (opened) => {
    const collected = await (request.due ? collectDue : collectAll)(deps, request);
    record(opened, collected);
    return collected;
  });
}

/** What is remembered of each region, or why the request to the store failed. */
type Memories = ReadonlyMap<string, Fields | null>;

async function collectAll(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  const { regionIds, deadline } = request;
  request.onWork?.(regionIds.length);
  const [memories, collection] = await Promise.all([
    readMemories(deps, request),
    collectFrom(deps.source, deadline),
  ]);
  if (!('inputs' in collection)) return nothing(regionIds, [], collection);
  if (memories instanceof StoreError) return nothing(regionIds, collection.inputs, memoriesFailure(memories));
  return assessAll(deps, request, collection, memories);
}

async function collectDue(deps: CollectDeps, request: CollectRequest): Promise<Collected> {
  const memories = await readMemories(deps, request);
  if (memories instanceof StoreError) return nothing(request.regionIds, [], memoriesFailure(memories));
  const slot = slotOf(request.deadline.startedAt);
  const standings = request.regionIds.map((regionId) => ({
    regionId,
    standing: standingOf(slot, memories.get(regionId) ?? null),
  }));
  const settled = standings.flatMap(currentIf(({ status }) => status === 'current'));
  const left = idsWithout(request.regionIds, settled);
  if (left.length === 0) return { inputs: [], ...sort([]), current: settled, currentSnapshots: [] };
  request.onWork?.(left.length);
  const collection = await collectFrom(deps.source, request.deadline);
  if (!('inputs' in collection)) return { ...nothing(left, [], collection), current: settled };
  const current = standings.flatMap(
    currentIf(
      (standing) =>
        standing.status === 'current' ||
        (standing.status === 'improvable' && !hearsMore(standing.unheard, collection.inputs)),
    ),
  );
  const regionIds = idsWithout(request.regionIds, current);
  return assessAll(deps, { ...request, regionIds }, collection, memories, current);
}

function currentIf(isCurrent: (standing: Standing) => boolean) {
  return ({ regionId, standing }: { regionId: string; standing: Standing }): CurrentReport[] =>
    standing.status !== 'due' && isCurrent(standing) ? [currentReport(regionId, standing.snapshotId)] : [];
}

function idsWithout(regionIds: readonly string[], current: readonly RegionReport[]): readonly string[] {
  return regionIds.filter((id) => !current.some(({ regionId }) => regionId === id));
}

async function readMemories(
  { store, retry, random }: CollectDeps,
  { regionIds, deadline }: CollectRequest,
): Promise<Memories | StoreError> {
  const texts = await askStore((signal) => store.memories(regionIds, signal), {
    policy: retry,
    limit: deadline.limit('collect'),
    random,
  });
  if (texts instanceof StoreError) return texts;
  return new Map(regionIds.map((regionId) => [regionId, parseMemory(texts.get(regionId))]));
}

async function assessAll(
  deps: CollectDeps,
  request: CollectRequest,
  collection: Collection,
  memories: Memories,
  current: readonly CurrentReport[] = [],
): Promise<Collected> {
  const { regionIds, deadline, readCurrent = false } = request;
  const wanted = new Map(
    regionIds.map((regionId) => [regionId, recall(collection, regionId, memories, deadline)]),
  );
  const others = readCurrent && regionIds.length > 0 ? current : [];
  const ids = [...[...wanted.values()].flat(), ...others.map(({ snapshotId }) => snapshotId)];
  const payloads = await readPayloads(deps, ids, deadline.limit('collect'));
  const assessed = regionIds.map((regionId) => {
    const recalled = readable(wanted.get(regionId) ?? [], payloads, regionId);
    return assess(collection, { regionId, memory: memories.get(regionId) ?? null, recalled }, request);
  });
  return {
    inputs: collection.inputs,
    ...sort(assessed),
    current,
    currentSnapshots: others.flatMap(({ snapshotId, regionId }) => [
      ...readable([snapshotId], payloads, regionId).values(),
    ]),
  };
}

type Judged = { readonly snapshot: Snapshot; readonly memory: Fields } | { readonly failure: Outcome };

function sort(judged: readonly Judged[]): Pick<Collected, 'snapshots' | 'memories' | 'failures'> {
  const made = judged.flatMap((one) => ('snapshot' in one ? one : []));
  return {
    snapshots: made.map(({ snapshot }) => snapshot),
    memories: new Map(made.map(({ snapshot, memory }) => [snapshot, memory])),
    failures: judged.flatMap((one) => ('failure' in one ? one.failure : [])),
  };
}

/** Never throws: when the source cannot read a region's memory, the region is assessed without it. */
function recall(
  collection: Collection,
  regionId: string,
  memories: Memories,
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

/** The source is foreign code: what it throws becomes a value here, and it cannot exceed the limit of collect. */
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
    return { code: 'source-failed', message: 'the source threw an error instead of reporting its inputs' };
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** @param failure of every region */
function nothing(regionIds: readonly string[], inputs: readonly InputReport[], failure: Failure): Collected {
  return {
    inputs,
    snapshots: [],
    memories: new Map(),
    failures: regionIds.map((regionId) => unassessed(regionId, failure)),
    current: [],
    currentSnapshots: [],
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
    const run = { slot: slotOf(deadline.startedAt), unheard: unheardOf(collection.inputs) };
    return { snapshot, memory: memoryOf(snapshot, run, memory) };
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
