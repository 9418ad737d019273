import { formatDuration, plural } from './format.js';

/**
 * @typedef {import('./runs.js').RunRegion} RunRegion
 * @typedef {'persisted' | 'duplicate' | 'inFlight' | 'failed'} Outcome
 */

/** Words and marks of the outcomes, in the order in which they are counted. */
export const OUTCOMES = /** @type {const} */ ([
  { key: 'persisted', status: 'persisted', word: 'persisted', mark: '✓' },
  { key: 'duplicate', status: 'duplicate', word: 'duplicate', mark: '=' },
  { key: 'inFlight', status: 'in-flight', word: 'in flight', mark: '…' },
  { key: 'failed', status: 'failed', word: 'failed', mark: '✕' },
]);

/** @param {string} status of a region in a run report */
export function viewOutcome(status) {
  return (
    OUTCOMES.find((outcome) => outcome.status === status) ?? { key: 'other', status, word: status, mark: '?' }
  );
}

/** Requests that an undisturbed region sends: claim and commit, claim and a look at the duplicate, or the first claim. */
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
      ? [`another writer holds it, free in ${formatDuration(region.retryAfterMs)} at the latest`]
      : []),
  ];
}

/** @param {RunRegion} region @returns {string[]} */
function failureNotes({ phase, code, message, stored, attempts }) {
  const where = [phase === null ? '' : `in ${phase}`, code ?? ''].filter((word) => word !== '').join(': ');
  const kept = stored === 'no' ? 'not stored' : 'may be stored: the store could not be heard';
  return [where, message ?? '', kept, plural(attempts, 'request')].filter((note) => note !== '');
}
