import { el, replaceContent, svg } from './dom.js';
import { inputNames } from './feeds.js';
import { DAY_MS, formatClock, formatDay, formatExact, formatScore, listWords, plural } from './format.js';
import { glyph, problemNote } from './marks.js';
import { heldSince } from './missing-inputs.js';
import { viewRegime } from './regimes.js';
import { linear } from './scale.js';
import { scrub } from './scrub.js';
import { highestScore, pointAt, TREND_MS } from './trend.js';
import { HEIGHT, trendDrawing, WIDTH } from './trend-drawing.js';

/**
 * @typedef {import('./heads.js').HeadView} HeadView
 * @typedef {import('./loader.js').RegionData} RegionData
 * @typedef {import('./trend.js').TrendPoint} TrendPoint
 */

/**
 * The pressure of each region over time, on the same axes.
 *
 * @param {HTMLElement} container
 * @param {import('./tooltip.js').Tooltip} tooltip
 */
export function createTrends(container, tooltip) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, now }) {
      const charts = (data.heads.data ?? []).map((entry) =>
        chartOf(entry, data.regions.get(entry.regionId), now),
      );
      replaceContent(container, ...charts);
    },
  };

  /** @param {HeadView} entry @param {RegionData | undefined} region @param {number} now */
  function chartOf({ regionId, label }, region, now) {
    const { data = null, problem = null } = region?.trend ?? {};
    const snapshot = region?.snapshot.data ?? null;
    const points = (data?.points ?? []).filter(({ at }) => at >= now - TREND_MS && at <= now);
    const content =
      problem === null
        ? points.length === 0
          ? [empty()]
          : chart({ regionId, label, held: snapshot === null ? null : heldSince(snapshot) }, points, now)
        : [problemNote(problem)];
    const cut =
      data?.complete === false
        ? el('p', { class: 'quiet' }, 'Too many snapshots to show: the oldest are left out.')
        : null;
    const latest = points.at(-1);
    const value =
      latest === undefined
        ? null
        : el('span', {}, glyph(viewRegime(latest.label).key), formatScore(latest.score));
    const heading = el('div', { class: 'trend-heading' }, el('h3', {}, label), value);
    return el(
      'li',
      { class: 'trend', 'data-region': regionId },
      heading,
      ...content,
      cut,
      heldNote(snapshot, now),
    );
  }

  /** @param {{ regionId: string, label: string, held: number | null }} region @param {readonly TrendPoint[]} points @param {number} now */
  function chart({ regionId, label, held }, points, now) {
    const from = now - TREND_MS;
    const x = linear([from, now], [0, WIDTH]);
    const cursor = svg('line', { class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden' });
    const plot = el(
      'div',
      { class: 'plot', 'data-key': `trend-${regionId}` },
      trendDrawing(points, now, x, cursor, held),
    );
    scrub(plot, {
      label: `${label}: pressure over the last 30 days`,
      count: points.length,
      textOf: (i) => pointLines(points[i]).join(', '),
      indexAt: (share) => pointAt(points, from + share * TREND_MS),
      onMove(i) {
        const point = points[i];
        cursor.setAttribute('visibility', point === undefined ? 'hidden' : 'visible');
        if (point === undefined) return tooltip.hide();
        for (const end of ['x1', 'x2']) cursor.setAttribute(end, String(x(point.at)));
        tooltip.show(cursor, pointLines(point));
      },
    });
    const since = startsLate(points, from)
      ? ` since ${formatDay(points[0]?.at ?? now)}`
      : `, highest ${formatScore(highestScore(points))}`;
    const facts = `${plural(points.length, 'snapshot')}${since}`;
    const axis = el(
      'p',
      { class: 'axis' },
      el('span', {}, formatDay(from)),
      el('span', {}, facts),
      el('span', {}, 'now'),
    );
    return [plot, axis];
  }
}

/** @param {TrendPoint | undefined} point @returns {string[]} */
function pointLines(point) {
  if (point === undefined) return [];
  return [`Pressure ${formatScore(point.score)}`, viewRegime(point.label).word, formatExact(point.at)];
}

/** Whether the first snapshot is so young that the chart begins empty. @param {readonly TrendPoint[]} points @param {number} from */
function startsLate(points, from) {
  return (points[0]?.at ?? from) - from > DAY_MS;
}

/** @param {import('./snapshot-view.js').SnapshotView | null} snapshot @param {number} now */
function heldNote(snapshot, now) {
  const since = snapshot === null ? null : heldSince(snapshot);
  if (snapshot === null || since === null) return null;
  const names = listWords(inputNames(snapshot.heldInputs.map(({ input }) => input)));
  return el('p', { class: 'warning' }, `Held since ${formatClock(since, now)}: ${names}`);
}

function empty() {
  return el('p', { class: 'quiet' }, 'No snapshot in these 30 days.');
}
