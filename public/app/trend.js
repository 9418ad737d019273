import { DAY_MS } from './format.js';
import { fieldsOf, itemsOf, numberWithin, textOf, timeOf } from './read.js';
import { viewRegime } from './regimes.js';

/**
 * @typedef {{ id: string | null, at: number, score: number | null, label: string | null }} TrendPoint
 * @typedef {{ from: number, to: number, score: number, regime: import('./regimes.js').RegimeKey }} TrendStep
 */

/** How far back the charts reach, in ms. */
export const TREND_MS = 30 * DAY_MS;
/** For how long a snapshot is taken to hold when none follows: twice the interval of the runs. */
const HOLDS_MS = DAY_MS / 2;

/**
 * The entries of a page of a region's history.
 *
 * @param {unknown} json
 * @returns {TrendPoint[]} in the order in which they came
 */
export function readTrend(json) {
  return itemsOf(fieldsOf(json).entries).flatMap((item) => {
    const entry = fieldsOf(item);
    const at = timeOf(entry.generatedAt);
    if (at === null) return [];
    const score = numberWithin(entry.pressureScore, 0, 1);
    return [{ id: textOf(entry.id), at, score, label: textOf(entry.regimeLabel) }];
  });
}

/**
 * The points as steps: each value holds until the next snapshot, but for no longer than half a day. What is not known
 * is a gap, never a zero. Steps of the same value and regime are one.
 *
 * @param {readonly TrendPoint[]} points oldest first
 * @param {number} until epoch ms, where the last step ends at the latest
 * @returns {TrendStep[]}
 */
export function trendSteps(points, until) {
  /** @type {TrendStep[]} */
  const steps = [];
  for (const [i, { at, score, label }] of points.entries()) {
    const to = Math.min(points[i + 1]?.at ?? until, at + HOLDS_MS, until);
    if (score === null || to <= at) continue;
    const regime = viewRegime(label).key;
    const last = steps.at(-1);
    const goesOn = last?.to === at && last.score === score && last.regime === regime;
    if (goesOn) last.to = to;
    else steps.push({ from: at, to, score, regime });
  }
  return steps;
}

/**
 * The times that no step covers. The time before the first step counts only if it is longer than the interval of runs.
 *
 * @param {readonly TrendStep[]} steps
 * @param {number} from epoch ms
 * @param {number} until epoch ms
 * @returns {{ from: number, to: number }[]} oldest first
 */
export function trendGaps(steps, from, until) {
  const ends = [from, ...steps.map(({ to }) => to)];
  const begins = [...steps.map((step) => step.from), until];
  return ends.flatMap((end, i) => {
    const begin = begins[i] ?? until;
    const quiet = i === 0 ? HOLDS_MS : 0;
    return begin - end > quiet ? [{ from: end, to: begin }] : [];
  });
}

/**
 * The steps as the line of a chart: one stroke for each stretch without a gap.
 *
 * @param {readonly TrendStep[]} steps
 * @param {(time: number) => number} x
 * @param {(score: number) => number} y
 * @returns {string} the `d` of an SVG path
 */
export function trendLine(steps, x, y) {
  return steps
    .map(({ from, to, score }, i) => {
      const joins = steps[i - 1]?.to === from;
      return `${joins ? `V${y(score)}` : `M${x(from)} ${y(score)}`}H${x(to)}`;
    })
    .join('');
}

/**
 * The highest score of the points, null when none has one.
 *
 * @param {readonly TrendPoint[]} points
 */
export function highestScore(points) {
  const scores = points.flatMap(({ score }) => score ?? []);
  return scores.length === 0 ? null : Math.max(...scores);
}

/**
 * Which point applies at a time.
 *
 * @param {readonly TrendPoint[]} points oldest first
 * @param {number} time epoch ms
 * @returns {number} index of the last one not after it; the first when all are after it; -1 when there are none
 */
export function pointAt(points, time) {
  const after = points.findIndex(({ at }) => at > time);
  if (after === -1) return points.length - 1;
  return Math.max(0, after - 1);
}
