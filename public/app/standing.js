/**
 * How each region and each input has fared in the last runs.
 *
 * @typedef {import('./runs.js').RunView} RunView
 * @typedef {ReturnType<typeof standingOf>} Standing
 * @typedef {{ input: string, since: number }} SilentInput
 */

/**
 * How often a region has failed since it was last stored. Another writer in flight is neither a failure nor a success.
 *
 * @param {readonly RunView[]} runs newest first
 * @param {string} regionId
 */
export function standingOf(runs, regionId) {
  let failures = 0;
  /** When the first of these failures began, epoch ms. @type {number | null} */
  let since = null;
  /** Why the last one failed. @type {string | null} */
  let code = null;
  for (const { regions, startedAt } of runs) {
    const region = regions.find((one) => one.regionId === regionId);
    if (region === undefined || region.status === 'in-flight') continue;
    if (region.status !== 'failed') return { failures, since, code, lastSuccess: startedAt };
    failures += 1;
    since = startedAt;
    code ??= region.code;
  }
  return { failures, since, code, lastSuccess: null };
}

/**
 * The inputs that have not answered fully in every run of at least two slots: one slot may be an accident.
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
    const first = silent.at(-1);
    return slots.size < 2 || first === undefined ? [] : [{ input, since: first.startedAt }];
  });
}
