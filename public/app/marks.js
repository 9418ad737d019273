import { el, svg } from './dom.js';
import { formatScore } from './format.js';
import { GLYPHS, regimeOfSeverity, THRESHOLDS, viewRegime } from './regimes.js';

/**
 * The shape of a regime. Decoration: its word stands beside it.
 *
 * @param {import('./regimes.js').RegimeKey} key
 */
export function glyph(key) {
  const path = svg('path', { d: GLYPHS[key] });
  return svg('svg', { class: `glyph fill-${key}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, path);
}

/** A regime as shape, colour and word. @param {string | null} label */
export function regimeBadge(label) {
  const { key, word } = viewRegime(label);
  return el('span', { class: 'badge', 'data-regime': key }, glyph(key), el('span', {}, word));
}

/**
 * A pressure as a number and a bar with marks where the regimes begin.
 *
 * @param {number | null} score
 * @param {boolean} isLowerBound set when not every input answered in full: there may be more
 */
export function pressureMeter(score, isLowerBound) {
  const at = (/** @type {number} */ share) => `${share * 100}%`;
  const filled =
    score === null
      ? null
      : svg('rect', { class: `fill-${regimeOfSeverity(score)}`, width: at(score), height: 8 });
  const marks = THRESHOLDS.slice(0, 2).map((threshold) =>
    svg('line', { x1: at(threshold), x2: at(threshold), y2: 8 }),
  );
  const bar = svg(
    'svg',
    { class: 'meter', 'aria-hidden': 'true' },
    svg('rect', { class: 'trough', width: '100%', height: 8 }),
    filled,
    ...marks,
  );
  const value = isLowerBound ? `at least ${formatScore(score)}` : formatScore(score);
  const number = el('strong', {}, score === null ? 'not known' : value);
  return el('p', { class: 'pressure' }, el('span', { class: 'quiet' }, 'Pressure'), number, bar);
}

/**
 * A link that leaves the page, without passing on its address or a handle to it.
 *
 * @param {string} href
 * @param {import('./dom.js').Attributes} attributes
 * @param {readonly import('./dom.js').Child[]} children
 */
export function outsideLink(href, attributes, ...children) {
  return el('a', { ...attributes, href, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

/**
 * What went wrong with one part of the page.
 *
 * @param {import('./api.js').Problem} problem
 */
export function problemNote({ title, detail }) {
  const said = detail === null ? null : el('span', { class: 'quiet' }, ` ${detail}`);
  return el('p', { class: 'problem' }, el('strong', {}, `${title}.`), said);
}
