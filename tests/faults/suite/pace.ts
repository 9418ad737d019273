import type { FaultRule } from '../../../local/upstash/fault-rules.js';
import type { Gateway } from '../../../local/upstash/server.js';
import type { Act, Limits, Schedule } from './schedule.js';

/** What a request takes where schedules are played as they are written, in ms. */
const NOMINAL_REQUEST_MS = 4;
const SLOWEST = 20;
const SAMPLES = 3;

/**
 * How much slower than a quiet machine this one is at the moment, from 1. On a busy machine every request would miss
 * the schedule's tight limits, and all schedules would do the same: nothing.
 */
export async function measurePace({ url, token }: Pick<Gateway, 'url' | 'token'>): Promise<number> {
  const request = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '[["PING"]]' };
  const begun = performance.now();
  for (let i = 0; i < SAMPLES; i += 1) await (await fetch(`${url}/pipeline`, request)).text();
  const requestMs = (performance.now() - begun) / SAMPLES;
  return Math.min(SLOWEST, Math.max(1, requestMs / NOMINAL_REQUEST_MS));
}

/** The same schedule with all its times stretched; the steps of the wall clock stay as they are. */
export function atPace(schedule: Schedule, pace: number): Schedule {
  return {
    ...schedule,
    rules: schedule.rules.map((rule) => stretchRule(rule, pace)),
    rounds: schedule.rounds.map((round) => round.map((act) => stretchAct(act, pace))),
  };
}

function stretchAct(act: Act, pace: number): Act {
  const atMs = act.atMs * pace;
  return 'limits' in act ? { ...act, atMs, limits: stretchLimits(act.limits, pace) } : { ...act, atMs };
}

function stretchLimits({ budgetMs, requestTimeoutMs }: Limits, pace: number): Limits {
  return { budgetMs: budgetMs * pace, requestTimeoutMs: requestTimeoutMs * pace };
}

function stretchRule(rule: FaultRule, pace: number): FaultRule {
  return rule.fault.kind === 'delay' ? { ...rule, fault: { kind: 'delay', ms: rule.fault.ms * pace } } : rule;
}
