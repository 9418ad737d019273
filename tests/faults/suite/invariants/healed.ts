import type { PlayedRun, Violations } from '../history.js';

/**
 * Invariant 6: after the faults end and no lease is left, one more run leaves every region persisted, or finds its
 * content stored already.
 *
 * Found out when: a claim is taken without a lease.
 *
 * @param healing the run after the faults
 */
export function isHealed({ result: { report } }: PlayedRun, regionIds: readonly string[]): Violations {
  const well = report.regions.filter(({ status }) => status === 'persisted' || status === 'duplicate');
  const healed = new Set(well.map(({ regionId }) => regionId));
  return regionIds
    .filter((id) => !healed.has(id))
    .map((id) => {
      const region = report.regions.find(({ regionId }) => regionId === id);
      return `6: ${id} is not healed: ${JSON.stringify(region)}`;
    });
}
