import type { Told } from '../contenders/contender.js';
import type { Run } from '../results.js';

/** Counts what was said, and when the others knew while the first region was disturbed. */
export function countTold(
  told: readonly Told[],
  disturbed: string | undefined,
): Pick<Run, 'told' | 'othersMs'> {
  const count = (status: Told['status']) => told.filter((one) => one.status === status).length;
  const others = told.filter(({ regionId }) => regionId !== disturbed);
  return {
    told: { persisted: count('persisted'), duplicate: count('duplicate'), failed: count('failed') },
    othersMs: others.reduce((latest, { doneMs }) => Math.max(latest, doneMs), 0),
  };
}
