import { setTimeout as sleep } from 'node:timers/promises';
import { summarise } from '../../../lib/hazards/snapshot.js';
import type { Clock } from '../../../lib/limits/deadline.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import type { RegionReport } from '../../../lib/runs/report.js';
import { createRunner, type Runner, type RunResult } from '../../../lib/runs/run.js';
import type { Snapshot } from '../../../lib/runs/snapshot.js';
import type { Source } from '../../../lib/runs/source.js';
import { asSnapshot, makeSnapshot } from '../../support/snapshots.js';
import type { PlayedPassage, PlayedRun } from './history.js';
import type { StoredSnapshot } from './key-space.js';
import { createRunRecorder, type RunRecorder } from './run-recorder.js';
import type { Limits, Schedule } from './schedule.js';
import type { StallMeter } from './stall-meter.js';
import { watchStore } from './watch-store.js';

/** In every snapshot's content, and nowhere else. */
export const CONTENT_MARK = 'content-4e1f-of-a-snapshot';

export const contentOf = (content: number) => `${CONTENT_MARK} ${content}`;

export interface RunPlayerDeps {
  readonly gateway: { readonly url: string; readonly token: string };
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly stalls: StallMeter;
  /** What is stored under these ids at the moment. */
  readSnapshots(ids: readonly string[]): Promise<ReadonlyMap<string, StoredSnapshot>>;
  /** Told of each run before it sends anything. */
  onBegin(recorder: RunRecorder): void;
  onEnd(recorder: RunRecorder): void;
}

export interface RunToPlay {
  readonly name: string;
  readonly limits: Limits;
  /** How far its clock is ahead of the others', in ms. Default 0. */
  readonly skewMs?: number;
  readonly work: (runner: Runner) => Promise<RunResult>;
}

/** Plays one run, with a store of its own as every run has, and remembers all of it. */
export async function playRun(
  deps: RunPlayerDeps,
  { name, limits, skewMs = 0, work }: RunToPlay,
): Promise<PlayedRun> {
  const { gateway, namespace, random, stalls } = deps;
  const clock: Clock = { ...deps.clock, now: () => deps.clock.now() + skewMs };
  const { budgetMs, requestTimeoutMs } = limits;
  const recorder = createRunRecorder();
  const errors: unknown[] = [];
  const options = { url: gateway.url, token: gateway.token, namespace, requestTimeoutMs };
  const store = watchStore(createStore({ ...options, transport: recorder.transport }), (error) =>
    errors.push(error),
  );
  deps.onBegin(recorder);
  const stalledBefore = stalls.stalledMs();
  const runner = createRunner({ store, environment: 'test', budgetMs, clock, random, summarise });
  const result = await unlessOverdue(name, budgetMs, work(runner));
  const requestsLeft = recorder.inFlight();
  deps.onEnd(recorder);
  const stalledMs = stalls.stalledMs() - stalledBefore;
  const passages = passagesOf(result);
  const storedAtAnswer = await deps.readSnapshots(passages.flatMap(({ report }) => idsOf(report)));
  return {
    name,
    budgetMs,
    result,
    passages,
    storedAtAnswer,
    recorder,
    errors,
    stalledMs,
    requestsLeft,
  };
}

/** The ids that it brought or named. */
function idsOf(report: RegionReport): string[] {
  const own = report.snapshotId === undefined ? [] : [report.snapshotId];
  return report.status === 'duplicate' ? [...own, report.duplicateOf] : own;
}

/** A run that does not come to an end must not keep the suite from saying so. */
const MOST_OVERDUE_MS = 20_000;

async function unlessOverdue<T>(name: string, budgetMs: number, work: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const overdue = sleep(budgetMs + MOST_OVERDUE_MS, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`8: ${name} has not answered ${MOST_OVERDUE_MS} ms after its budget of ${budgetMs} ms`);
  });
  overdue.catch(() => undefined);
  try {
    return await Promise.race([work, overdue]);
  } finally {
    answered.abort();
  }
}

/** A source that answers at once with the same content for every region. */
export function sourceOf(content: number): Source {
  return {
    collect: async () => ({
      inputs: [{ input: 'made-up', status: 'ok', events: 1, skipped: 0, durationMs: 0 }],
      assess: ({ regionId, now }) => ({
        status: 'assessed',
        snapshot: makeSnapshot(regionId, { generatedAt: now, content: contentOf(content) }),
      }),
    }),
  };
}

/** @param startedAt epoch ms of the schedule, so that a parcel is the same whenever it is pushed */
export function parcelOf(schedule: Schedule, parcel: number, startedAt: number): Snapshot[] {
  const items = schedule.parcels[parcel] ?? [];
  return items.map(({ regionId, content, ageMs, named }, i) =>
    makeSnapshot(regionId, {
      generatedAt: startedAt - ageMs,
      content: contentOf(content),
      ...(named ? { id: `parcel-${parcel}-${i}` } : {}),
    }),
  );
}

/** A push reports its snapshots in the order given; a run its regions, each of which has one snapshot at most. */
function passagesOf({ report, snapshots: brought }: RunResult): PlayedPassage[] {
  const snapshots = brought.map(asSnapshot);
  return report.regions.map((region, i) => ({
    report: region,
    snapshot:
      report.trigger === 'push'
        ? snapshots[i]
        : snapshots.find(({ region_id }) => region_id === region.regionId),
  }));
}
