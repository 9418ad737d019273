import { el, svg } from './dom.js';
import { glyph } from './marks.js';
import { LEGEND } from './regimes.js';

/** The regimes as the map shows them, with the pressure from which each holds. */
export function regimeLegend() {
  return LEGEND.map(({ key, from }) =>
    el('li', {}, swatch(key), glyph(key), el('span', {}, el('strong', {}, key), ` ${from}`)),
  );
}

/** @param {import('./regimes.js').RegimeKey} key */
function swatch(key) {
  const area = { width: 22, height: 14, rx: 2 };
  return svg(
    'svg',
    { class: 'swatch-map', viewBox: '0 0 22 14', 'aria-hidden': 'true' },
    svg('rect', { ...area, class: `fill-${key}` }),
    svg(
      'g',
      { transform: 'scale(0.22)' },
      svg('rect', { width: 100, height: 64, fill: `url(#hatch-${key})` }),
    ),
  );
}
