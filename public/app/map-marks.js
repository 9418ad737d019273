import { WORLD_MAP } from '../vendor/world-map/world-map.js';
import { svg } from './dom.js';
import { eventLines } from './events.js';
import { LABELS } from './map-places.js';
import { projectPoint } from './projection.js';
import { regimeOfSeverity, viewRegime } from './regimes.js';
import { activate } from './roving.js';
import { explain } from './tooltip.js';

/**
 * @typedef {import('./map.js').MapContext} MapContext
 * @typedef {import('./map.js').PlacedEvent} PlacedEvent
 */

/** Radius of an event's dot in pixels: of severity 0, and what severity 1 adds. */
const DOT_RADIUS = 3.5;
const SEVERITY_RADIUS = 6;
/** Wide enough for a finger. */
const TARGET_RADIUS = 12;

/**
 * The names of the regions with the words of their regimes.
 *
 * @param {readonly import('./heads.js').HeadView[]} heads
 */
export function regionNames(heads) {
  const names = heads.flatMap(({ regionId, head }) => {
    const place = LABELS.get(regionId);
    if (place === undefined) return [];
    const { x, y } = positionOf(place);
    const regime = head === null ? 'nothing stored' : viewRegime(head.label).word;
    return [
      svg('text', { x, y }, place.name),
      svg('text', { x, y, dy: '1.25em', class: 'map-regime' }, regime),
    ];
  });
  return svg('svg', { class: 'map-names', 'aria-hidden': 'true' }, ...names);
}

/**
 * The events as dots. The drawing has no scale of its own, so that dots keep their size on every screen.
 *
 * @param {readonly PlacedEvent[]} events in the order in which they are drawn
 * @param {MapContext} context
 */
export function eventMarks(events, context) {
  const marks = events.map((event) => eventMark(event, context));
  const label = 'Events on the map, most severe first; arrow keys move between them';
  return {
    drawing: svg('svg', { class: 'map-events', role: 'group', 'aria-label': label }, ...marks),
    marks,
  };
}

/** @param {PlacedEvent} event @param {MapContext} context */
function eventMark(event, { now, onEvent, tooltip }) {
  const { x, y } = positionOf(event.place);
  const severity = event.severity ?? 0;
  const at = { cx: x, cy: y };
  const mark = svg(
    'g',
    {
      class: 'event',
      role: 'button',
      'data-key': `event-${event.id}`,
      'aria-label': eventLines(event, now).join(', '),
    },
    svg('circle', { ...at, class: 'event-target', r: TARGET_RADIUS }),
    svg('circle', {
      ...at,
      class: `event-dot${event.heldSince === null ? '' : ' event-held'} fill-${regimeOfSeverity(severity)}`,
      r: DOT_RADIUS + SEVERITY_RADIUS * severity,
    }),
  );
  explain(mark, tooltip, () => eventLines(event, Date.now()));
  activate(mark, () => onEvent(event));
  return mark;
}

/** @param {{ longitude: number, latitude: number }} place */
function positionOf({ longitude, latitude }) {
  const [x, y] = projectPoint(longitude, latitude, WORLD_MAP);
  return { x: `${(x / WORLD_MAP.width) * 100}%`, y: `${(y / WORLD_MAP.height) * 100}%` };
}
