import { el, timeAgo, timeAndAge } from './dom.js';
import { countryNames, eventKind } from './events.js';
import { feedName } from './feeds.js';
import { formatScore } from './format.js';
import { glyph, outsideLink, regimeBadge } from './marks.js';
import { missingInputsText } from './missing-inputs.js';
import { regimeOfSeverity } from './regimes.js';

/**
 * @typedef {import('./snapshot-view.js').EventView} EventView
 * @typedef {import('./snapshot-view.js').SnapshotView} SnapshotView
 * @typedef {import('./dom.js').Child} Child
 */

/**
 * Where a snapshot comes from, and how reliable it is.
 *
 * @param {SnapshotView} snapshot
 * @param {number} now epoch ms
 */
export function provenance(snapshot, now) {
  const { byHazard, confidence, generatedAt, id, trigger } = snapshot;
  const hazards = byHazard.map(({ hazard, severity }) => `${hazard} ${formatScore(severity)}`);
  const driver = driverName(snapshot);
  const missing = missingInputsText(snapshot);
  return el(
    'div',
    { class: 'provenance' },
    el('p', {}, regimeBadge(snapshot.label), ...transition(snapshot, now)),
    hazards.length === 0 ? null : fact('Pressure by hazard', hazards.join(', ')),
    driver === null ? null : fact('Moved by', driver),
    confidence === null ? null : fact('Inputs that answered in full', `${Math.round(confidence * 100)} %`),
    fact('Snapshot', trigger, generatedAt === null ? null : timeAndAge(generatedAt, now), rawLink(id)),
    missing === null ? null : el('p', { class: 'warning' }, missing),
  );
}

/** @param {SnapshotView} snapshot @param {number} now @returns {Child[]} */
function transition({ previousLabel, transitionedAt }, now) {
  if (transitionedAt === null) return [el('span', {}, 'no change on record')];
  const was = previousLabel === null ? null : `, was ${previousLabel}`;
  return [el('span', {}, 'since ', timeAndAge(transitionedAt, now), was)];
}

/**
 * The event behind the last transition, by its title where it still is among the evidence.
 *
 * @param {SnapshotView} snapshot
 */
function driverName({ driver, evidence }) {
  if (driver === null || driver === 'no-hazard') return null;
  if (driver === 'not-heard') return 'inputs that were not heard';
  return evidence?.find(({ id }) => id === driver)?.title ?? driver;
}

/** @param {string} name @param {readonly Child[]} values with a space between each */
function fact(name, ...values) {
  const spaced = values.filter((value) => value !== null).flatMap((value) => [' ', value]);
  return el('p', { class: 'quiet' }, `${name}:`, ...spaced);
}

/** @param {string | null} id @returns {Child} */
function rawLink(id) {
  const href = `/api/snapshots/${encodeURIComponent(id ?? '')}`;
  return id === null ? null : el('a', { href, 'data-key': 'snapshot' }, id);
}

/** @param {EventView} event @param {number} now */
export function eventItem(event, now) {
  const { countries, heldSince, id, observedAt, source, title, url } = event;
  const from = source === null ? null : feedName(source);
  const places = countryNames(countries);
  return el(
    'li',
    { tabindex: -1, 'data-event': id, 'data-key': `event-${id}` },
    glyph(regimeOfSeverity(event.severity ?? 0)),
    el('p', { class: 'event-title' }, title),
    el(
      'p',
      { class: 'quiet' },
      [eventKind(event), ...(places === '' ? [] : [places])].join(' · '),
      ...(observedAt === null ? [] : [' · ', timeAgo(observedAt, now)]),
      ...(heldSince === null ? [] : [' · held, last reported ', timeAgo(heldSince, now)]),
      ...(from === null && url === null ? [] : [' · ']),
      url === null ? from : outsideLink(url, { 'data-key': `source-${id}` }, `${from ?? 'source'} ↗`),
    ),
  );
}
