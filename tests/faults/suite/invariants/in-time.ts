import type { PlayedRun, Violations } from '../history.js';

/**
 * Invariant 8: every run answers within its deadline, and no request of it is alive afterwards. What the process could
 * not do because the machine was busy elsewhere is not held against the run.
 *
 * Found out when: the deadline lets a run persist beyond its budget. (That settle alone takes no limit from it is found by
 * `tests/persister/persister.test.ts`: chance seldom makes one settle slow three times.)
 */
export function answersInTime(runs: readonly PlayedRun[]): Violations {
  return runs.flatMap(({ name, budgetMs, stalledMs, requestsLeft, result: { report } }) => [
    ...(report.durationMs < budgetMs + stalledMs
      ? []
      : [`8: ${name} took ${report.durationMs} of ${budgetMs} ms (stalled ${Math.round(stalledMs)} ms)`]),
    ...(requestsLeft === 0 ? [] : [`8: ${name} left ${requestsLeft} requests alive`]),
  ]);
}
