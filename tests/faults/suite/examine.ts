import type { History, PlayedRun, Violations } from './history.js';
import { whatPassesIsPassedOver } from './invariants/brief.js';
import { nothingIsTold } from './invariants/discreet.js';
import { isHealed } from './invariants/healed.js';
import { answersAreHonest } from './invariants/honest.js';
import { answersInTime } from './invariants/in-time.js';
import { othersAreUndisturbed } from './invariants/isolated.js';
import { indexAndTrendAgree, pointersNameTheNewest } from './invariants/newest.js';
import { runsListedOnce, storedOnce } from './invariants/once.js';
import { persistedIsStored, unstoredStaysUnstored } from './invariants/stored.js';
import { successMeansStored } from './invariants/success.js';
import { type KeySpace, readKeySpace } from './key-space.js';
import { atPace, measurePace } from './pace.js';
import { createPlayer, touched } from './player.js';
import type { Schedule } from './schedule.js';
import type { Stage } from './stage.js';

/** What came of a schedule. */
export interface Examination {
  /** By how much all times of the schedule were stretched. */
  readonly pace: number;
  readonly history: History;
  readonly healing: PlayedRun;
  readonly violations: Violations;
}

/** Plays a schedule, heals, and holds both against all invariants. */
export async function examine(schedule: Schedule, stage: Stage): Promise<Examination> {
  await stage.clear();
  const regionIds = touched(schedule);
  const pace = await measurePace(stage.gateway);
  const player = createPlayer(atPace(schedule, pace), stage);
  const history = await player.playRounds();
  const before = await readKeySpace(stage.redis, stage.keys, regionIds);
  const healing = await player.heal();
  const after = await readKeySpace(stage.redis, stage.keys, regionIds);
  const whole = { ...history, runs: [...history.runs, healing] };
  const violations = [
    ...checkStored(history, before),
    ...checkStored(whole, after),
    ...pointersNameTheNewest(
      [...history.pointers, ...pointersOf(before), ...pointersOf(after)],
      history.evictions,
    ),
    ...answersAreHonest(whole, after),
    ...isHealed(healing, regionIds),
    ...othersAreUndisturbed(history),
    ...answersInTime(history.runs),
    ...nothingIsTold(whole),
    ...successMeansStored(whole),
    ...whatPassesIsPassedOver(history),
  ];
  return { pace, history, healing, violations: [...new Set(violations)] };
}

function checkStored(history: Pick<History, 'runs' | 'evictions'>, stored: KeySpace): Violations {
  return [
    ...persistedIsStored(history, stored),
    ...unstoredStaysUnstored(history, stored),
    ...storedOnce(stored, history.evictions),
    ...runsListedOnce(stored),
    ...indexAndTrendAgree(stored, history.evictions),
  ];
}

function pointersOf({ regions }: KeySpace) {
  return [...regions.values()].map(({ pointers }) => pointers);
}
