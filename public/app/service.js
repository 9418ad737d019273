import { formatClock, formatSpan, listWords } from './format.js';
import { nextTick } from './slots.js';
import {
  failureCodes,
  failureSentences,
  hopelessCode,
  inputSentences,
  isHeldNoLonger,
  missedSentence,
  namesOf,
  otherReasons,
  staleBefore,
} from './troubles.js';

/**
 * The state of the service as a headline, and whether someone has to act.
 *
 * @typedef {import('./loader.js').PageData} PageData
 * @typedef {'well' | 'degraded' | 'failing' | 'unknown'} ServiceLevel
 * @typedef {{ level: ServiceLevel, headline: string, advice: string, facts: string[] }} ServiceView
 */

/** A mark beside each level, so that none is known by its colour alone. */
export const LEVEL_MARKS = /** @type {const} */ ({ well: '✓', degraded: '!', failing: '✕', unknown: '?' });

const LOOK = 'Someone has to look at this now.';

/** Regimes that are not to stand under an "All well", the gravest first. */
const GRAVE = /** @type {const} */ ([
  ['emergency', 'In emergency'],
  ['alert', 'On alert'],
]);

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
      headline: 'Status unknown: the API cannot be reached',
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

/**
 * The level is that of health, but for what has grown too old here since health was asked.
 *
 * @param {PageData} data
 * @param {number} now
 * @returns {ServiceView}
 */
function judge(data, now) {
  const troubles = [
    ...failureSentences(data, now),
    ...inputSentences(data, now),
    ...missedSentence(data, now),
    ...otherReasons(data),
  ];
  const staleness = stalenessOf(data, now);
  if (staleness === 'empty' && troubles.length === 0)
    return {
      level: 'unknown',
      headline: 'Nothing stored yet',
      advice: 'The first run stores all regions.',
      facts: [],
    };
  if (staleness !== null || data.health.status === 'stale') {
    const headline = staleness === 'empty' ? 'Nothing stored yet' : (staleness ?? 'Too old to rely on');
    return {
      level: 'failing',
      headline,
      advice: LOOK,
      facts: factsOf(data, troubles, ['“Nothing is stored”']),
    };
  }
  if (data.health.status === 'ok') return well(data, now);
  if (data.health.status !== 'degraded')
    return {
      level: 'unknown',
      headline: 'Status unknown: /api/health does not answer',
      advice: '',
      facts: [],
    };
  const [first, ...rest] = troubles;
  return {
    level: 'degraded',
    headline: first === undefined ? 'Degraded' : `Degraded: ${first}`,
    advice: first === undefined ? 'The service gives no reason.' : degradedAdvice(data, now),
    facts: factsOf(data, rest),
  };
}

/**
 * What is wrong, and where the runbook says what to do about it.
 *
 * @param {PageData} data
 * @param {readonly string[]} troubles
 * @param {string[]} [elsewhere] what to look up where there is no code
 */
function factsOf(data, troubles, elsewhere = []) {
  const codes = failureCodes(data);
  const lookUp = listWords(codes.length === 0 ? elsewhere : codes);
  return [...troubles, ...(lookUp === '' ? [] : [`Look up ${lookUp} in docs/operations.md`])].map(sentence);
}

/** @param {PageData} data @param {number} now @returns {ServiceView} */
function well(data, now) {
  const missed = missedSentence(data, now);
  if (missed.length > 0) {
    const oldest = Math.max(...data.health.ages.map(({ ageMs }) => ageMs ?? 0));
    const staleAt = data.health.at + data.health.staleAfterMs - oldest;
    return {
      level: 'well',
      headline: 'All well so far, but a run is missing',
      advice: `Look by ${formatClock(staleAt, now)}: what is stored is too old from then on.`,
      facts: missed.map(sentence),
    };
  }
  const grave = graveNames(data);
  if (grave === null) return { level: 'well', headline: 'All well', advice: 'Nothing to do.', facts: [] };
  return {
    level: 'well',
    headline: 'The service is well',
    advice: `Nothing to do for it. ${grave}.`,
    facts: [],
  };
}

/** The gravest that the world says, where it is grave: "In emergency: east-asia and global". @param {PageData} data */
function graveNames({ heads }) {
  const [gravest] = GRAVE.flatMap(([label, words]) => {
    const names = (heads.data ?? []).flatMap(({ regionId, head }) => (head?.label === label ? regionId : []));
    return names.length === 0 ? [] : `${words}: ${namesOf(names)}`;
  });
  return gravest ?? null;
}

/**
 * What is too old, by the clock of the server and the time that has passed here since its answer.
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
  const shortest = Math.min(...stale.map(({ ageMs }) => ageMs));
  const since = shortest === Number.POSITIVE_INFINITY ? 'yet' : `for ${formatSpan(shortest)}`;
  return `${namesOf(stale.map(({ regionId }) => regionId))}: nothing stored ${since}`;
}

/** @param {PageData} data @param {number} now */
function degradedAdvice(data, now) {
  const code = hopelessCode(data);
  if (code !== null) return `This will not go away on its own (${code}): someone has to look at it.`;
  const next = nextTick(now);
  const stale = staleBefore(data, next);
  if (stale !== null) {
    const [by, run] = [formatClock(stale.at, now), formatClock(next, now)];
    return `Look by ${by}: ${stale.regionId} is too old from then on, and the next run is due at ${run}.`;
  }
  if (isHeldNoLonger(data, now))
    return 'Nobody has to get up, but look at the feed today: what it said last no longer counts.';
  return 'This can wait: the next run tries again.';
}

/** @param {string} text */
function sentence(text) {
  const begin = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begin) ? begin : `${begin}.`;
}
