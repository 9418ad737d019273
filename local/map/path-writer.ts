import type { GeoContext } from 'd3-geo';

export interface PathWriter extends GeoContext {
  /** What was drawn so far, as the `d` of an SVG path. */
  text(): string;
}

/**
 * A canvas that writes down what is drawn on it, in whole units and relative to the point before: half the size of
 * absolute coordinates.
 */
export function createPathWriter(): PathWriter {
  const parts: string[] = [];
  let at: Point = [0, 0];
  let start: Point = [0, 0];
  let pen: 'up' | 'moved' | 'down' = 'up';

  /** The way from the point before, rounded as a whole: rounding errors do not add up. */
  function stepTo(x: number, y: number): string {
    const next: Point = [Math.round(x), Math.round(y)];
    const [dx, dy] = [next[0] - at[0], next[1] - at[1]];
    at = next;
    return dx === 0 && dy === 0 ? '' : `${dx}${dy < 0 ? '' : ' '}${dy}`;
  }

  return {
    beginPath: () => undefined,
    moveTo(x, y) {
      parts.push(`m${stepTo(x, y) || '0 0'}`);
      start = at;
      pen = 'moved';
    },
    lineTo(x, y) {
      const step = stepTo(x, y);
      if (step === '') return;
      // SVG takes further pairs for lines, and a minus for a separator.
      parts.push(pen === 'moved' ? 'l' : step.startsWith('-') ? '' : ' ', step);
      pen = 'down';
    },
    closePath() {
      parts.push('z');
      at = start;
      pen = 'up';
    },
    arc: () => {
      throw new Error('the map has no points, and nothing else is drawn with arcs');
    },
    text: () => parts.join(''),
  };
}

type Point = readonly [number, number];
