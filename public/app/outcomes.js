import { formatDuration, plural } from './format.js';

/**
 * @typedef {import('./runs.js').RunRegion} RunRegion
 * @typedef {typeof OUTCOMES[number]['key']} Outcome
 */

/** Words and marks of the outcomes, in the order in which they are counted. */
export const OUTCOMES = /** @type {const} */ ([
  { key: 'persisted', status: 'persisted', word: 'persisted', many: 'persisted', mark: '✓' },
  { key: 'duplicate', status: 'duplicate', word: 'duplicate', many: 'duplicates', mark: '=' },
  { key: 'current', status: 'current', word: 'current', many: 'current', mark: '·' },
  { key: 'inFlight', status: 'in-flight', word: 'in flight', many: 'in flight', mark: '…' },
  { key: 'failed', status: 'failed', word: 'failed', many: 'failed', mark: '✕' },
]);

/**
 * How many regions had each outcome, without outcomes that did not occur: "7 persisted", "8 duplicates".
 *
 * @param {import('./runs.js').RunView['counts']} counts
 */
export function countedOutcomes(counts) {
  return OUTCOMES.filter(({ key }) => counts[key] > 0).map(({ key, word, many, mark }) => ({
    key,
    mark,
    text: plural(counts[key], word, many),
  }));
}

/** @param {string} status of a region in a run report */
export function viewOutcome(status) {
  return (
    OUTCOMES.find((outcome) => outcome.status === status) ?? { key: 'other', status, word: status, mark: '?' }
  );
}

/**
 * Requests that an undisturbed region sends: claim and commit, claim and a look at the duplicate, or the first claim.
 */
const UNDISTURBED = new Map([
  ['persisted', 2],
  ['duplicate', 2],
  ['in-flight', 1],
]);

/**
 * How many requests a region took and how many an undisturbed one takes, when it took more: for retries, for waiting
 * until another writer is done, for asking what became of a lost answer. A failure has no such measure.
 *
 * @param {RunRegion} region
 * @returns {{ took: number, usual: number } | null}
 */
export function repeatedRequests({ status, attempts }) {
  const usual = UNDISTURBED.get(status) ?? attempts;
  return attempts > usual ? { took: attempts, usual } : null;
}

/**
 * What happened to a region besides its outcome: why it failed, what it waits for, what it took.
 *
 * @param {RunRegion} region
 * @returns {string[]}
 */
export function outcomeNotes(region) {
  const repeated = repeatedRequests(region);
  return [
    ...(region.status === 'failed' ? failureNotes(region) : []),
    ...(repeated === null ? [] : [`↻ ${plural(repeated.took, 'request')} instead of ${repeated.usual}`]),
    ...(region.status === 'in-flight' && region.retryAfterMs !== null
      ? [`held by another writer for at most ${formatDuration(region.retryAfterMs)}`]
      : []),
  ];
}

/** @param {RunRegion} region @returns {string[]} */
function failureNotes({ phase, code, message, stored, attempts }) {
  const where = [phase === null ? '' : `in ${phase}`, code ?? ''].filter((word) => word !== '').join(': ');
  const kept = stored === 'no' ? 'not stored' : 'may be stored: the store did not answer';
  return [where, message ?? '', kept, plural(attempts, 'request')].filter((note) => note !== '');
}
