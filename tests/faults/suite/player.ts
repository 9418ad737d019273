import { setTimeout as sleep } from 'node:timers/promises';
import { createFaultSchedule } from '../../../local/upstash/faults.js';
import { createEvictions } from './evictions.js';
import type { History, PlayedRun } from './history.js';
import { readSnapshotsById } from './key-space.js';
import { expireClaims } from './leases.js';
import { parcelOf, playRun, type RunPlayerDeps, sourceOf } from './play-run.js';
import { type Pointers, readPointers } from './pointers.js';
import { seededRandom } from './random.js';
import type { RunRecorder } from './run-recorder.js';
import { type Act, FRESH_CONTENT, type Limits, type Schedule } from './schedule.js';
import type { Stage } from './stage.js';
import { createWitness } from './witness.js';

/** Waits between attempts are drawn from this share of what the policy allows: budgets are short here, too. */
const JITTER_SHARE = 0.3;
/** The run after the faults: it has all the time it may want. */
const AMPLE: Limits = { budgetMs: 30_000, requestTimeoutMs: 10_000 };

export interface Player {
  /** Plays all rounds, and waits until the last late request has been executed. */
  playRounds(): Promise<History>;
  /** Ends the faults, lets the leases run out, and runs once more over the regions that the schedule touched. */
  heal(): Promise<PlayedRun>;
}

/** Plays one schedule on a stage that is empty. */
export function createPlayer(schedule: Schedule, stage: Stage): Player {
  const { gateway, redis, keys, stalls } = stage;
  const startedAt = Date.now();
  const faults = createFaultSchedule(schedule.rules);
  const ended = new Set<RunRecorder>();
  const recorders: RunRecorder[] = [];
  const probes: Promise<Pointers>[] = [];
  const runs: PlayedRun[] = [];
  const random = seededRandom(schedule.jitterSeed);
  let skewMs = 0;
  let claimsExpired = false;

  const witness = createWitness({
    faults,
    hasEnded: (token) => recorders.some((run) => run.allTokens.has(token) && ended.has(run)),
    onCommit: (regionId) => probes.push(readPointers(redis, keys, regionId)),
  });
  const deps: RunPlayerDeps = {
    gateway,
    namespace: stage.namespace,
    clock: { now: () => Date.now() + skewMs, monotonic: () => performance.now() },
    random: () => random() * JITTER_SHARE,
    stalls,
    readSnapshots: (ids) => readSnapshotsById(redis, keys, ids),
    onBegin: (recorder) => recorders.push(recorder),
    onEnd: (recorder) => ended.add(recorder),
  };

  async function perform(act: Act, name: string): Promise<void> {
    await sleep(act.atMs);
    switch (act.act) {
      case 'step':
        skewMs += act.byMs;
        return;
      case 'expire':
        claimsExpired = true;
        return expireClaims(redis, keys, longestBudgetMs(schedule));
      case 'run': {
        const { regionIds, content, limits, skewMs } = act;
        const request = { source: sourceOf(content), regionIds, trigger: 'cron' as const, dryRun: false };
        runs.push(await playRun(deps, { name, limits, skewMs, work: (runner) => runner.run(request) }));
        return;
      }
      case 'push': {
        const snapshots = parcelOf(schedule, act.parcel, startedAt);
        runs.push(
          await playRun(deps, {
            name,
            limits: act.limits,
            skewMs: act.skewMs,
            work: (runner) => runner.push(snapshots),
          }),
        );
      }
    }
  }

  return {
    async playRounds() {
      stage.setIntercept(witness.intercept);
      for (const [r, round] of schedule.rounds.entries()) {
        await Promise.all(round.map((act, a) => perform(act, `round ${r + 1} ${act.act} ${a + 1}`)));
      }
      await faults.settled();
      await stage.quiet();
      return {
        schedule,
        runs,
        pointers: await Promise.all(probes),
        injected: faults.injected,
        witness,
        evictions: createEvictions(keys, witness.evicted),
        claimsExpired,
        written: stage.written(),
        secrets: [gateway.token, ...recorders.flatMap(({ allTokens }) => [...allTokens])],
      };
    },
    async heal() {
      stage.setIntercept(() => undefined);
      await expireClaims(redis, keys, longestBudgetMs(schedule));
      const request = {
        source: sourceOf(schedule.jitterSeed % (FRESH_CONTENT + 1)),
        regionIds: touched(schedule),
        trigger: 'cron' as const,
        dryRun: false,
      };
      return playRun(deps, { name: 'the run after', limits: AMPLE, work: (runner) => runner.run(request) });
    },
  };
}

/** The regions of all runs and parcels. */
export function touched({ rounds, parcels }: Schedule): string[] {
  const ran = rounds.flat().flatMap((act) => (act.act === 'run' ? act.regionIds : []));
  const pushed = parcels.flat().map(({ regionId }) => regionId);
  return [...new Set<string>([...ran, ...pushed])];
}

function longestBudgetMs({ rounds }: Schedule): number {
  return Math.max(0, ...rounds.flat().map((act) => ('limits' in act ? act.limits.budgetMs : 0)));
}
