import type { History, Violations } from '../history.js';

/**
 * Invariant 11: an error that passes is passed over. Where the store only says for two requests that it is loading, busy,
 * failing over or full of connections, or a replica lags that long, every region is stored or a duplicate, and so is the
 * report. (Another run's claim is not in the way: in these schedules runs follow each other.)
 *
 * Found out when: READONLY is final.
 */
export function whatPassesIsPassedOver({ schedule: { brief }, runs }: History): Violations {
  if (!brief) return [];
  return runs.flatMap(({ name, result: { report } }) => [
    ...report.regions
      .filter(({ status }) => status !== 'persisted' && status !== 'duplicate')
      .map((region) => `11: ${name} with errors that pass: ${JSON.stringify(region)}`),
    ...(report.reportStored ? [] : [`11: ${name} with errors that pass: its report was not stored`]),
  ]);
}
