import { parse, type Spec, View } from 'vega';
import { median } from '../measure/statistics.js';
import type { Row, Scene } from '../results.js';

interface Point {
  readonly name: string;
  readonly snapshots: number;
  readonly ms: number;
}

const OURS = 'ours';
/** What is drawn: ours, what it replaces, and the floor. */
const COLOURS: Readonly<Record<string, string>> = {
  sequential: '#b2182b',
  ours: '#08519c',
  'bare transfer': '#777777',
};
const INK = '#24292f';

/**
 * Draws wall time against the number of snapshots, both axes logarithmic.
 *
 * @param scenes those of growth; a contender has a point only where every one of its snapshots was stored
 * @returns SVG
 */
export async function drawChart(scenes: readonly Scene[]): Promise<string> {
  const points = scenes.flatMap(({ snapshots, rows }) =>
    rows
      .filter((row) => row.name in COLOURS && isWhole(row, snapshots))
      .map(({ name, runs }): Point => {
        return { name, snapshots, ms: median(runs.map(({ wallMs }) => wallMs)) };
      }),
  );
  return new View(parse(specOf(points)), { renderer: 'none' }).toSVG();
}

function isWhole({ role, runs }: Row, snapshots: number): boolean {
  return runs.length > 0 && (role === 'floor' || runs.every(({ stored }) => stored === snapshots));
}

/** The last point of each line carries its name, moved down where it would cover another's. */
function labelsOf(points: readonly Point[]): (Point & { label: string; shift: number })[] {
  const last = new Map(points.map((point) => [point.name, point]));
  const placed: (Point & { label: string; shift: number })[] = [];
  for (const point of [...last.values()].toSorted((a, b) => b.ms - a.ms)) {
    const above = placed.filter(({ snapshots }) => snapshots === point.snapshots).at(-1);
    const isClose = above !== undefined && above.ms / point.ms < 1.12;
    placed.push({ ...point, label: point.name, shift: isClose ? above.shift + 12 : 0 });
  }
  return placed;
}

function specOf(points: readonly Point[]): Spec {
  const names = Object.keys(COLOURS);
  const at = { x: { scale: 'x', field: 'snapshots' }, y: { scale: 'y', field: 'ms' } };
  const colour = { scale: 'colour', field: 'name' };
  return {
    width: 560,
    height: 360,
    padding: 12,
    background: '#ffffff',
    title: {
      text: 'Time to store snapshots of 20 KB at 100 ms round trip',
      anchor: 'start',
      color: INK,
      fontSize: 15,
    },
    data: [
      { name: 'points', values: [...points] },
      { name: 'labels', values: labelsOf(points) },
    ],
    scales: [
      { name: 'x', type: 'log', domain: { data: 'points', field: 'snapshots' }, range: 'width' },
      { name: 'y', type: 'log', domain: { data: 'points', field: 'ms' }, range: 'height', nice: true },
      { name: 'colour', type: 'ordinal', domain: names, range: Object.values(COLOURS) },
    ],
    axes: [
      axis('bottom', 'x', 'snapshots', [...new Set(points.map(({ snapshots }) => snapshots))]),
      axis(
        'left',
        'y',
        'wall time in ms, median',
        [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000],
      ),
    ],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'line', data: 'points', groupby: 'name' } },
        marks: [
          {
            type: 'line',
            from: { data: 'line' },
            encode: {
              enter: {
                ...at,
                stroke: colour,
                strokeWidth: { signal: `datum.name === '${OURS}' ? 3 : 1.5` },
                strokeDash: { signal: "datum.name === 'bare transfer' ? [4, 4] : [1, 0]" },
              },
            },
          },
        ],
      },
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: { enter: { ...at, fill: colour, size: { value: 40 } } },
      },
      {
        type: 'text',
        from: { data: 'labels' },
        encode: {
          enter: {
            ...at,
            dx: { value: 9 },
            dy: { field: 'shift' },
            text: { field: 'label' },
            fill: colour,
            baseline: { value: 'middle' },
            fontSize: { value: 12 },
            fontWeight: { signal: `datum.name === '${OURS}' ? 'bold' : 'normal'` },
          },
        },
      },
    ],
  };
}

function axis(orient: 'bottom' | 'left', scale: string, title: string, values: readonly number[]) {
  return {
    orient,
    scale,
    title,
    values: [...values],
    format: ',d',
    grid: true,
    gridColor: '#e6e6e6',
    domainColor: '#999999',
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal' as const,
  };
}
