import { readRuns } from '../../../public/app/runs.js';

export const HOUR = 3_600_000;
/** The beginning of a slot. */
export const SLOT = Date.UTC(2026, 10, 26, 6);

interface Report {
  /** Epoch ms. */
  readonly at: number;
  /** What became of each region, by its id; a failure names its code after a colon. */
  readonly regions?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Runs as the page reads them, from reports given newest first. */
export function runsOf(reports: readonly Report[]) {
  return readRuns({
    runs: reports.map(({ at, regions = {}, inputs = {} }) => ({
      runId: `run-${at}`,
      startedAt: new Date(at).toISOString(),
      regions: Object.entries(regions).map(([regionId, outcome]) => {
        const [status, code] = outcome.split(':');
        return { regionId, status, code };
      }),
      inputs: Object.entries(inputs).map(([input, status]) => ({ input, status })),
    })),
  });
}
