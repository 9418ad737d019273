import { formatSpan, listWords, plural } from './format.js';
import { failureSentences, hopelessCode, inputSentences, missedSentence, otherReasons } from './troubles.js';

/**
 * How the service is, in the words of a headline, and whether somebody has to get up.
 *
 * @typedef {import('./loader.js').PageData} PageData
 * @typedef {'well' | 'degraded' | 'failing' | 'unknown'} ServiceLevel
 * @typedef {{ level: ServiceLevel, headline: string, advice: string, facts: string[] }} ServiceView
 */

/** A mark beside each level, so that none is known by its colour alone. */
export const LEVEL_MARKS = /** @type {const} */ ({ well: '✓', degraded: '!', failing: '✕', unknown: '?' });

const LOOK = 'Somebody has to look now.';

/**
 * @param {PageData} data
 * @param {number} now epoch ms
 * @returns {ServiceView}
 */
export function viewService(data, now) {
  return silence(data) ?? outage(data) ?? judge(data, now);
}

/**
 * While the API has not answered, or its answer is not for everyone.
 *
 * @param {PageData} data
 * @returns {ServiceView | null}
 */
function silence({ heads, runs, health, unauthorised }) {
  const problem = heads.problem ?? runs.problem;
  if (health.status !== 'unknown' || unauthorised) return null;
  if (problem?.status === 0)
    return {
      level: 'unknown',
      headline: 'Not known: the API cannot be reached',
      advice: 'Check your connection, then the deployment.',
      facts: [],
    };
  return problem === null && heads.data === null
    ? { level: 'unknown', headline: 'Reading …', advice: '', facts: [] }
    : null;
}

/** @param {PageData} data @returns {ServiceView | null} null when the API and its store answer */
function outage({ heads, runs, health, unauthorised }) {
  const problem = unauthorised ? null : (heads.problem ?? runs.problem);
  if (health.status === 'unreachable') {
    const said = health.message ?? problem?.detail ?? null;
    const facts = said === null ? [] : [sentence(said)];
    return { level: 'failing', headline: 'The store cannot be reached', advice: LOOK, facts };
  }
  if (problem === null) return null;
  const facts = problem.detail === null ? [] : [sentence(problem.detail)];
  return { level: 'failing', headline: problem.title, advice: LOOK, facts };
}

/** @param {PageData} data @param {number} now @returns {ServiceView} */
function judge(data, now) {
  const troubles = [
    ...failureSentences(data, now),
    ...inputSentences(data, now),
    ...missedSentence(data, now),
    ...otherReasons(data),
  ];
  const facts = troubles.map(sentence);
  const staleness = stalenessOf(data, now);
  if (staleness === 'empty' && facts.length === 0)
    return {
      level: 'unknown',
      headline: 'Nothing stored yet',
      advice: 'The first run stores all regions.',
      facts,
    };
  if (staleness === 'empty') return { level: 'failing', headline: 'Nothing stored yet', advice: LOOK, facts };
  if (staleness !== null) return { level: 'failing', headline: staleness, advice: LOOK, facts };
  const [first, ...rest] = troubles;
  if (first === undefined) return quiet(data);
  return {
    level: 'degraded',
    headline: `Degraded: ${first}`,
    advice: degradedAdvice(data),
    facts: rest.map(sentence),
  };
}

/** @param {PageData} data @returns {ServiceView} */
function quiet({ health }) {
  if (health.status === 'degraded')
    return {
      level: 'degraded',
      headline: 'Degraded',
      advice: 'The service says so, but not why.',
      facts: [],
    };
  if (health.status === 'ok')
    return { level: 'well', headline: 'All well', advice: 'Nothing to do.', facts: [] };
  return { level: 'unknown', headline: 'Not known: health gives no answer', advice: '', facts: [] };
}

/**
 * What is too old, by the clock of the server and the time that has passed here since it told it.
 *
 * @param {PageData} data
 * @param {number} now
 * @returns {string | null} null when nothing is; 'empty' when nothing was ever stored
 */
function stalenessOf({ health, heads }, now) {
  const passed = Math.max(0, now - health.at);
  const ages = health.ages.map(({ regionId, ageMs }) => ({
    regionId,
    ageMs: ageMs === null ? Number.POSITIVE_INFINITY : ageMs + passed,
  }));
  const youngest = Math.min(...ages.map(({ ageMs }) => ageMs));
  const hasHead = heads.data?.some(({ head }) => head !== null) ?? false;
  if (youngest === Number.POSITIVE_INFINITY)
    return hasHead || (heads.data === null && ages.length === 0) ? null : 'empty';
  const stale = ages.filter(({ ageMs }) => ageMs >= health.staleAfterMs);
  if (stale.length === 0) return null;
  if (stale.length === ages.length) return `Nothing stored for ${formatSpan(youngest)}`;
  return `Nothing stored of ${staleNames(stale)}`;
}

/** @param {readonly { regionId: string, ageMs: number }[]} stale */
function staleNames(stale) {
  const shortest = Math.min(...stale.map(({ ageMs }) => ageMs));
  const names = stale.map(({ regionId }) => regionId);
  const who = names.length > 3 ? plural(names.length, 'region') : listWords(names);
  return shortest === Number.POSITIVE_INFINITY ? `${who} yet` : `${who} for ${formatSpan(shortest)}`;
}

/** @param {PageData} data */
function degradedAdvice(data) {
  const code = hopelessCode(data);
  if (code !== null) return `This will not heal by itself (${code}): somebody has to look.`;
  return 'This can wait: the next run tries again.';
}

/** @param {string} text */
function sentence(text) {
  const begin = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begin) ? begin : `${begin}.`;
}
