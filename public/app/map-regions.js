import { WORLD_MAP } from '../vendor/world-map/world-map.js';
import { el, svg } from './dom.js';
import { formatScore } from './format.js';
import { glyph } from './marks.js';
import { viewRegime } from './regimes.js';
import { activate } from './roving.js';
import { explain } from './tooltip.js';

/**
 * @typedef {import('./heads.js').HeadView} HeadView
 * @typedef {import('./map.js').MapContext} MapContext
 */

/**
 * The land, each region tinted and hatched by its regime.
 *
 * @param {readonly HeadView[]} heads
 * @param {MapContext} context
 */
export function landShapes(heads, context) {
  const global = heads.find(({ regionId }) => regionId === 'global');
  const regions = heads.flatMap((entry) => {
    const d = Object.hasOwn(WORLD_MAP.regions, entry.regionId)
      ? WORLD_MAP.regions[/** @type {keyof typeof WORLD_MAP.regions} */ (entry.regionId)]
      : null;
    return d === null ? [] : [regionShape(entry, d, context)];
  });
  const drawing = svg(
    'svg',
    {
      class: 'map-land',
      viewBox: `0 0 ${WORLD_MAP.width} ${WORLD_MAP.height}`,
      role: 'group',
      'aria-label': 'Regions on the map; arrow keys move between them',
    },
    svg('defs', {}, ...PATTERNS.map(pattern)),
    svg('path', { class: `sphere stroke-${regimeOf(global).key}`, d: WORLD_MAP.sphere }),
    svg('path', { class: 'elsewhere', d: WORLD_MAP.elsewhere }),
    // The chosen one on top, so that no neighbour covers its outline.
    ...regions.toSorted((a, b) => Number(isPressed(a)) - Number(isPressed(b))),
    svg('path', { class: 'borders', d: WORLD_MAP.borders }),
  );
  return { drawing, regions };
}

/**
 * The region that is the whole world, as a badge beside the globe whose rim has its colour.
 *
 * @param {readonly HeadView[]} heads
 * @param {MapContext} context
 * @returns {HTMLElement[]} none when there is no such region
 */
export function globalBadge(heads, context) {
  return heads
    .filter(({ regionId }) => regionId === 'global')
    .map((entry) => {
      const { key } = regimeOf(entry);
      const word = entry.head === null ? 'nothing stored' : regimeOf(entry).word;
      const button = el(
        'button',
        { type: 'button', class: 'map-global' },
        glyph(key),
        `${entry.label}: ${word}`,
      );
      return asRegion(button, entry, context);
    });
}

/** @param {HeadView} entry @param {string} d @param {MapContext} context */
function regionShape(entry, d, context) {
  const { key } = regimeOf(entry);
  const shape = svg(
    'g',
    { class: 'region', role: 'button' },
    svg('path', { class: `fill-${key}`, d }),
    svg('path', { class: 'hatch', d, fill: `url(#hatch-${key})` }),
  );
  return asRegion(shape, entry, context);
}

/**
 * @template {HTMLElement | SVGElement} E
 * @param {E} element
 * @param {HeadView} entry
 * @param {MapContext} context
 */
function asRegion(element, entry, { selectedRegion, onRegion, tooltip }) {
  const { regionId, label, head } = entry;
  const lines = [
    label,
    head === null ? 'Nothing stored yet' : `${regimeOf(entry).word}, pressure ${formatScore(head.score)}`,
  ];
  element.setAttribute('data-region', regionId);
  element.setAttribute('data-key', `map-${regionId}`);
  element.setAttribute('aria-pressed', String(regionId === selectedRegion));
  element.setAttribute('aria-label', lines.join(': '));
  explain(element, tooltip, () => lines);
  activate(element, () => onRegion(regionId));
  return element;
}

/** @param {Element} region */
function isPressed(region) {
  return region.getAttribute('aria-pressed') === 'true';
}

/** @param {HeadView | undefined} entry */
function regimeOf(entry) {
  return viewRegime(entry?.head?.label ?? null);
}

/** Strokes in a tile of 44 by 44 units; a calm region has none. */
const PATTERNS = /** @type {const} */ ([
  { key: 'watch', d: 'M11 11h1M33 33h1', stroke: 11 },
  { key: 'alert', d: 'M-11 11 11-11M0 44 44 0M33 55 55 33', stroke: 7 },
  {
    key: 'emergency',
    d: 'M-11 11 11-11M0 44 44 0M33 55 55 33M-11 33 11 55M0 0 44 44M33-11 55 11',
    stroke: 7,
  },
  { key: 'unknown', d: 'M6 11h20M28 33h16M0 33h4', stroke: 5 },
  { key: 'other', d: 'M11 0v44M33 0v44', stroke: 5 },
]);

/** @param {(typeof PATTERNS)[number]} pattern */
function pattern({ key, d, stroke }) {
  const tile = { id: `hatch-${key}`, width: 44, height: 44, patternUnits: 'userSpaceOnUse' };
  return svg(
    'pattern',
    tile,
    svg('path', { class: 'hatch-line', d, 'stroke-width': stroke, 'stroke-linecap': 'round' }),
  );
}
