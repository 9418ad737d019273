import { formatTicks } from './format.js';
import { ticks } from './scale.js';

/**
 * The waterfall of a run: every x and width is a share, 0 to 1, of the width of the plot.
 *
 * @typedef {import('./runs.js').RunView} RunView
 * @typedef {import('./runs.js').RunRegion} RunRegion
 * @typedef {{ x: number, width: number }} Bar
 */

/** Where the axis ends when the deadline lies far behind all bars, and where the deadline is drawn then. */
const BREAK_AT = 0.93;
const DEADLINE_AT = 0.975;
/** The deadline is drawn to scale when the bars take up at least this share of it. */
const WORTH_ITS_WIDTH = 0.5;
const MOST_TICKS = 6;

/** @param {RunView} run */
export function layOutRun(run) {
  const sequential = sequentialWriter(run.regions);
  const ends = run.regions.map(({ startMs, claimMs, commitMs }) => startMs + claimMs + commitMs);
  const inputEnds = run.inputs.map(({ durationMs }) => durationMs);
  const endMs = Math.max(run.durationMs, ...ends, ...inputEnds, sequential?.endMs ?? 0, 1);
  const axis = layOutAxis(endMs, run.budgetMs);
  return {
    ticks: axis.ticks,
    deadline: axis.deadline,
    inputs: run.inputs.map(({ durationMs }) => axis.bar(0, durationMs)),
    regions: run.regions.map(({ startMs, claimMs, commitMs }) => ({
      claim: axis.bar(startMs, claimMs),
      commit: axis.bar(startMs + claimMs, commitMs),
    })),
    sequential: sequential && {
      ...sequential,
      bars: sequential.parts.map(({ startMs, ms }) => axis.bar(startMs, ms)),
    },
  };
}

/**
 * How long a writer that stores one region after the other would have taken if each region's requests had taken as long
 * as here: the sum of all claim and commit times. An estimate, and one that flatters the sequential
 * writer, whose eight requests at once did not compete with each other.
 *
 * @param {readonly RunRegion[]} regions
 * @returns null when fewer than two regions were sent to the store
 */
export function sequentialWriter(regions) {
  const sent = regions.filter(({ claimMs, commitMs }) => claimMs + commitMs > 0);
  if (sent.length < 2) return null;
  const startMs = Math.min(...sent.map((region) => region.startMs));
  const parallelEnd = Math.max(...sent.map((region) => region.startMs + region.claimMs + region.commitMs));
  let at = startMs;
  const parts = sent.map(({ claimMs, commitMs }) => {
    const part = { startMs: at, ms: claimMs + commitMs };
    at += part.ms;
    return part;
  });
  return { parts, endMs: at, totalMs: at - startMs, parallelMs: parallelEnd - startMs };
}

/**
 * The time axis. A run is far shorter than its budget, so a deadline to scale would squeeze all bars into the first
 * pixels: it then stands behind a break in the axis.
 *
 * @param {number} endMs
 * @param {number | null} budgetMs
 */
function layOutAxis(endMs, budgetMs) {
  const toScale = budgetMs !== null && endMs >= budgetMs * WORTH_ITS_WIDTH;
  const domainMs = toScale ? Math.max(endMs, budgetMs) : endMs;
  const width = toScale ? DEADLINE_AT : BREAK_AT;
  const share = (/** @type {number} */ ms) => (ms / domainMs) * width;
  const at = ticks(domainMs, MOST_TICKS);
  const texts = formatTicks(at);
  return {
    ticks: at.map((ms, i) => ({ x: share(ms), text: texts[i] ?? '' })),
    deadline:
      budgetMs === null ? null : { ms: budgetMs, x: toScale ? share(budgetMs) : DEADLINE_AT, toScale },
    /** @param {number} startMs @param {number} ms @returns {Bar} */
    bar: (startMs, ms) => ({ x: share(startMs), width: share(ms) }),
  };
}
