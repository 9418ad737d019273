import { el, timeAgo } from './dom.js';
import { countryNames, eventKind } from './events.js';
import { feedName, inputNames } from './feeds.js';
import { formatScore, listWords } from './format.js';
import { glyph, outsideLink, regimeBadge } from './marks.js';
import { regimeOfSeverity } from './regimes.js';

/**
 * @typedef {import('./snapshot-view.js').EventView} EventView
 * @typedef {import('./snapshot-view.js').SnapshotView} SnapshotView
 * @typedef {import('./dom.js').Child} Child
 */

/**
 * Where a snapshot comes from, and how far to trust it.
 *
 * @param {SnapshotView} snapshot
 * @param {number} now epoch ms
 */
export function provenance(snapshot, now) {
  const { byHazard, confidence, driver, id, missingInputs, trigger } = snapshot;
  const hazards = byHazard.map(({ hazard, severity }) => `${hazard} ${formatScore(severity)}`);
  const missing = listWords(inputNames(missingInputs));
  return el(
    'div',
    { class: 'provenance' },
    el('p', {}, regimeBadge(snapshot.label), ...transition(snapshot, now)),
    hazards.length === 0 ? null : fact('Pressure by hazard', hazards.join(', ')),
    driver === null || driver === 'no-hazard' ? null : fact('Moved by', driver),
    confidence === null ? null : fact('Inputs that answered', `${Math.round(confidence * 100)} %`),
    fact('Snapshot', trigger, timeAgo(snapshot.generatedAt, now), rawLink(id)),
    missing === ''
      ? null
      : el(
          'p',
          { class: 'warning' },
          `${missing} did not answer. There may be more than is listed here, and the regime may rise, but not fall.`,
        ),
  );
}

/** @param {SnapshotView} snapshot @param {number} now @returns {Child[]} */
function transition({ previousLabel, transitionedAt }, now) {
  if (transitionedAt === null) return [el('span', {}, 'no change on record')];
  const was = previousLabel === null ? null : `, was ${previousLabel}`;
  return [el('span', {}, 'since ', timeAgo(transitionedAt, now), was)];
}

/** @param {string} name @param {readonly Child[]} values with a space between each */
function fact(name, ...values) {
  const spaced = values.filter((value) => value !== null).flatMap((value) => [' ', value]);
  return el('p', { class: 'quiet' }, `${name}:`, ...spaced);
}

/** @param {string | null} id @returns {Child} */
function rawLink(id) {
  return id === null ? null : el('a', { href: `/api/snapshots/${encodeURIComponent(id)}` }, id);
}

/** @param {EventView} event @param {number} now */
export function eventItem(event, now) {
  const { countries, id, observedAt, source, title, url } = event;
  const from = source === null ? null : feedName(source);
  const places = countryNames(countries);
  return el(
    'li',
    { tabindex: -1, 'data-event': id },
    glyph(regimeOfSeverity(event.severity ?? 0)),
    el('p', { class: 'event-title' }, title),
    el(
      'p',
      { class: 'quiet' },
      [eventKind(event), ...(places === '' ? [] : [places])].join(' · '),
      ...(observedAt === null ? [] : [' · ', timeAgo(observedAt, now)]),
      ...(from === null && url === null ? [] : [' · ']),
      url === null ? from : outsideLink(url, `${from ?? 'source'} ↗`),
    ),
  );
}
