import { formatRelative, formatScore, listWords } from './format.js';
import { alertWord } from './regimes.js';

/** @typedef {import('./snapshot-view.js').EventView} EventView */

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region' });
/** More countries than this are counted instead of named. */
const MOST_NAMED = 4;

/** @param {readonly string[]} codes ISO 3166-1 alpha-2; anything else stays as it is */
export function countryNames(codes) {
  if (codes.length > MOST_NAMED) return `${codes.length} countries`;
  return listWords(codes.map((code) => (/^[A-Z]{2}$/.test(code) ? (COUNTRY_NAMES.of(code) ?? code) : code)));
}

/** @param {EventView} event @returns {string} "earthquake, red alert, severity 1.00" */
export function eventKind({ type, severity }) {
  const level =
    severity === null ? 'severity not known' : `${alertWord(severity)}, severity ${formatScore(severity)}`;
  return [type ?? 'event', level].join(', ');
}

/**
 * The text of an event's tooltip.
 *
 * @param {EventView} event
 * @param {number} now epoch ms
 */
export function eventLines(event, now) {
  const when = event.observedAt === null ? '' : formatRelative(event.observedAt, now);
  const where = countryNames(event.countries);
  const held =
    event.heldSince === null ? [] : [`held, last reported ${formatRelative(event.heldSince, now)}`];
  const about = [when, where].filter((part) => part !== '').join(' · ');
  return [event.title ?? '', eventKind(event), about, ...held];
}
