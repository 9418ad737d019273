const FEED_NAMES = new Map([
  ['gdacs', 'GDACS'],
  ['usgs', 'USGS'],
]);

/** Inputs are the calls of a feed: GDACS is asked once for each of these. */
const GDACS_CALLS = new Map([
  ['gdacs-eq', 'earthquakes'],
  ['gdacs-tc', 'cyclones'],
  ['gdacs-fl', 'floods'],
  ['gdacs-dr', 'droughts'],
  ['gdacs-vo', 'volcanoes'],
  ['gdacs-wf', 'wildfires'],
]);

/**
 * Inputs in words: all six calls of GDACS are "GDACS", some of them "GDACS floods".
 *
 * @param {readonly string[]} inputs as reports and snapshots name them
 * @returns {string[]}
 */
export function inputNames(inputs) {
  const calls = inputs.filter((input) => GDACS_CALLS.has(input));
  const others = inputs.filter((input) => !GDACS_CALLS.has(input)).map(feedName);
  if (calls.length === GDACS_CALLS.size) return ['GDACS', ...others];
  return [...calls.map((call) => `GDACS ${GDACS_CALLS.get(call)}`), ...others];
}

/** @param {string} source as evidence names it; a feed that we do not know keeps its own name */
export function feedName(source) {
  return FEED_NAMES.get(source) ?? source;
}
