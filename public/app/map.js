import { replaceContent } from './dom.js';
import { eventMarks, regionNames } from './map-marks.js';
import { globalBadge, landShapes } from './map-regions.js';
import { rove } from './roving.js';
import { eventsOnMap } from './snapshot-view.js';

/**
 * @typedef {import('./heads.js').HeadView} HeadView
 * @typedef {ReturnType<typeof eventsOnMap>[number]} PlacedEvent
 */

/**
 * The world, its regions tinted by regime, with the events as dots. Regions and events are two stops of the tab key,
 * each walked with the arrow keys.
 *
 * @param {HTMLElement} container
 * @param {object} deps
 * @param {(regionId: string) => void} deps.onRegion
 * @param {(event: PlacedEvent) => void} deps.onEvent
 * @param {import('./tooltip.js').Tooltip} deps.tooltip
 */
export function createMap(container, { onRegion, onEvent, tooltip }) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, selectedRegion, now }) {
      const heads = data.heads.data ?? [];
      const snapshots = [...data.regions.values()].flatMap(({ snapshot }) => snapshot.data ?? []);
      const context = { selectedRegion, now, onRegion, onEvent, tooltip };
      const land = landShapes(heads, context);
      const globe = globalBadge(heads, context);
      const events = eventMarks(eventsOnMap(snapshots), context);
      rove([...land.regions, ...globe]);
      // The most severe first, though it is drawn last.
      rove(events.marks.toReversed());
      replaceContent(container, land.drawing, regionNames(heads), events.drawing, ...globe);
    },
  };
}

/**
 * @typedef {object} MapContext
 * @property {string | null} selectedRegion
 * @property {number} now epoch ms
 * @property {(regionId: string) => void} onRegion
 * @property {(event: PlacedEvent) => void} onEvent
 * @property {import('./tooltip.js').Tooltip} tooltip
 */
