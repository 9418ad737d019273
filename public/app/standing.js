/**
 * How each region and each input has fared in the last runs.
 *
 * @typedef {import('./loader.js').PageData} PageData
 * @typedef {import('./runs.js').RunView} RunView
 * @typedef {ReturnType<typeof standingOf>} Standing
 * @typedef {{ input: string, since: number }} SilentInput
 */

const STORED = new Set(['persisted', 'duplicate']);
/** Stored in the slot of the run, by it or by an earlier one. */
const STORED_IN_SLOT = new Set([...STORED, 'current']);

/**
 * The runs as they really ended: a failure that did not know the outcome of its snapshot was a success if the history
 * has that snapshot.
 *
 * @param {Pick<PageData, 'runs' | 'regions'>} data
 * @returns {RunView[]} newest first
 */
export function settledRuns({ runs, regions }) {
  const known = new Set(
    [...regions.values()].flatMap(({ trend }) => trend.data?.points.map(({ id }) => id) ?? []),
  );
  const isStored = (/** @type {RunView['regions'][number]} */ { status, snapshotId }) =>
    status === 'failed' && snapshotId !== null && known.has(snapshotId);
  return (runs.data ?? []).map((run) => ({
    ...run,
    regions: run.regions.map((region) => (isStored(region) ? { ...region, status: 'persisted' } : region)),
  }));
}

/**
 * How often a region has failed since it was last stored. Another writer in flight is neither a failure nor a success,
 * `current` is the success of an earlier run, and a failure in a slot that is stored already cost nothing.
 *
 * @param {readonly RunView[]} runs newest first
 * @param {string} regionId
 */
export function standingOf(runs, regionId) {
  const tries = runs.flatMap(({ regions, startedAt, slot }) => {
    const region = regions.find((one) => one.regionId === regionId);
    return region === undefined || region.status === 'in-flight' ? [] : [{ ...region, startedAt, slot }];
  });
  const reports = tries.filter(
    ({ status, slot }, i) =>
      status !== 'failed' ||
      !tries.slice(i + 1).some((earlier) => earlier.slot === slot && STORED_IN_SLOT.has(earlier.status)),
  );
  const end = reports.findIndex(({ status }) => status !== 'failed');
  const failed = end === -1 ? reports : reports.slice(0, end);
  const stored = reports.find(({ status }) => STORED.has(status)) ?? reports[end];
  return {
    failures: failed.length,
    /** When the first of these failures began, epoch ms. */
    since: failed.at(-1)?.startedAt ?? null,
    /** Why the last one failed. */
    code: failed[0]?.code ?? null,
    lastSuccess: stored?.startedAt ?? null,
  };
}

/**
 * The inputs that have not answered in full in every run of at least two slots: one slot may be an accident.
 *
 * @param {readonly RunView[]} runs newest first
 * @returns {SilentInput[]}
 */
export function silentInputs(runs) {
  const asked = runs.filter(({ inputs }) => inputs.length > 0);
  return (asked[0]?.inputs ?? []).flatMap(({ input }) => {
    const heard = asked.findIndex(({ inputs }) =>
      inputs.some((one) => one.input === input && one.status === 'ok'),
    );
    const silent = heard === -1 ? asked : asked.slice(0, heard);
    const slots = new Set(silent.map(({ slot }) => slot));
    // A slot in which it answered in full once does not count, whatever came later in it.
    slots.delete(asked[heard]?.slot ?? Number.NaN);
    const first = silent.at(-1);
    return slots.size < 2 || first === undefined ? [] : [{ input, since: first.startedAt }];
  });
}
