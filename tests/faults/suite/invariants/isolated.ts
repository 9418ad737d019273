import type { History, Violations } from '../history.js';

/** Requests of a region that nothing disturbs: claim and commit. */
const UNDISTURBED_ATTEMPTS = 2;

/**
 * Invariant 7: one region's faults change no other region's outcome, nor how many requests it takes.
 *
 * Found out when: all regions share one lane.
 */
export function othersAreUndisturbed({ schedule: { victim }, runs }: History): Violations {
  if (victim === null) return [];
  return runs.flatMap(({ name, result }) =>
    result.report.regions
      .filter(({ regionId }) => regionId !== victim)
      .filter(({ status, attempts }) => status !== 'persisted' || attempts !== UNDISTURBED_ATTEMPTS)
      .map((region) => `7: ${name} with faults of ${victim} only: ${JSON.stringify(region)}`),
  );
}
