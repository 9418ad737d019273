import fc from 'fast-check';
import { captureConsole } from './capture-console.js';
import { describePlayed, describeSchedule } from './describe.js';
import { examine } from './examine.js';
import { schedules } from './schedules.js';
import { type Stage, startStage } from './stage.js';
import { createTally, type Tally } from './tally.js';

export interface ExploreOptions {
  /** How many schedules, over all lanes. */
  readonly runs: number;
  /** Schedules that are played at the same time, each on a stage of its own: most of their time they wait. */
  readonly lanes: number;
  /** Each lane counts on from it. */
  readonly seed: number;
  /** Which schedule of the seed to begin with, as a failure named it. */
  readonly path?: string | undefined;
  /** Looks for the smallest schedule that fails, instead of ending with the first. */
  readonly shrink?: boolean;
  readonly onProgress?: (tally: Tally) => void;
}

export interface Exploration {
  readonly tally: Tally;
  readonly failures: readonly ExploredFailure[];
}

export interface ExploredFailure {
  readonly seed: number;
  readonly path: string;
  /** The schedule, what came of it, and what was wrong. */
  readonly account: string;
}

/** Plays random schedules and holds each against all invariants. Ends early with the first that breaks one. */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { runs, lanes, seed } = options;
  const tally = createTally();
  const console = captureConsole();
  let stopped = false;

  async function exploreLane(lane: number): Promise<ExploredFailure[]> {
    const stage = await startStage({ written: () => console.written });
    try {
      const share = Math.floor(runs / lanes) + (lane < runs % lanes ? 1 : 0);
      const failure = await check(stage, { ...options, seed: seed + lane, runs: share });
      stopped ||= failure !== null;
      return failure === null ? [] : [failure];
    } finally {
      await stage.close();
    }
  }

  async function check(stage: Stage, lane: ExploreOptions): Promise<ExploredFailure | null> {
    let account = '';
    const property = fc.asyncProperty(schedules, async (schedule) => {
      if (stopped) return;
      account = describeSchedule(schedule).join('\n');
      const examination = await examine(schedule, stage);
      tally.add(examination);
      lane.onProgress?.(tally);
      if (examination.violations.length === 0) return;
      account = describePlayed(schedule, examination).join('\n');
      throw new Error(examination.violations.join('\n'));
    });
    const details = await fc.check(property, {
      seed: lane.seed,
      numRuns: Math.max(1, lane.runs),
      endOnFailure: !lane.shrink,
      ...(lane.path === undefined ? {} : { path: lane.path }),
    });
    if (!details.failed) return null;
    const wrong = details.errorInstance instanceof Error ? details.errorInstance.message : '';
    return {
      seed: lane.seed,
      path: details.counterexamplePath ?? '',
      account: `${account}\n\n${wrong}`,
    };
  }

  try {
    const failures = await Promise.all(Array.from({ length: lanes }, (_, lane) => exploreLane(lane)));
    return { tally, failures: failures.flat() };
  } finally {
    console.restore();
  }
}
