import { el, replaceContent, timeAgo, timeAndAge } from './dom.js';
import { formatClock, formatTimes } from './format.js';
import { pressureMeter, problemNote, regimeBadge } from './marks.js';
import { knownAlerts, missingInputsText } from './missing-inputs.js';
import { settledRuns, standingOf } from './standing.js';

/**
 * @typedef {import('./heads.js').HeadView} HeadView
 * @typedef {import('./loader.js').RegionData} RegionData
 * @typedef {import('./standing.js').Standing} Standing
 * @typedef {import('./snapshot-view.js').SnapshotView} SnapshotView
 */

/**
 * The cards of the regions: the state of each at a glance.
 *
 * @param {HTMLElement} container
 * @param {(regionId: string) => void} onSelect
 */
export function createCards(container, onSelect) {
  return {
    /** @param {import('./page-state.js').PageState} state */
    render({ data, selectedRegion, now }) {
      const runs = settledRuns(data);
      const cards = (data.heads.data ?? []).map((entry) => {
        const isSelected = entry.regionId === selectedRegion;
        const standing = standingOf(runs, entry.regionId);
        return card(entry, data.regions.get(entry.regionId), standing, { isSelected, now, onSelect });
      });
      replaceContent(container, ...cards);
    },
  };
}

/**
 * @param {HeadView} entry
 * @param {RegionData | undefined} region
 * @param {Standing} standing
 * @param {{ isSelected: boolean, now: number, onSelect: (regionId: string) => void }} context
 */
function card({ regionId, label, head }, region, standing, { isSelected, now, onSelect }) {
  const button = el(
    'button',
    {
      type: 'button',
      'aria-pressed': isSelected ? 'true' : 'false',
      'data-key': `card-${regionId}`,
      onclick: () => onSelect(regionId),
    },
    label,
  );
  const body =
    head === null ? [el('p', { class: 'quiet' }, 'Nothing stored yet')] : cardBody(head, region, now);
  const heading = el('h3', {}, button, ' ', el('span', { class: 'card-id quiet' }, regionId));
  const failed = failureNote(standing, head?.generatedAt ?? null, now);
  return el('li', { class: 'card', 'data-region': regionId }, heading, failed, ...body);
}

/**
 * @param {NonNullable<HeadView['head']>} head
 * @param {RegionData | undefined} region
 * @param {number} now epoch ms
 */
function cardBody(head, region, now) {
  const snapshot = region?.snapshot.data ?? null;
  const problem = region?.snapshot.problem ?? null;
  const { previousLabel } = head;
  const was = previousLabel === null ? null : el('span', { class: 'quiet' }, `was ${previousLabel}`);
  return [
    el('p', { class: 'card-regime' }, regimeBadge(head.label), was),
    el('p', { class: 'since quiet' }, ...sinceText(head, now)),
    pressureMeter(head.score, isLowerBound(snapshot)),
    el('p', { class: 'card-alerts' }, alertCounts(snapshot === null ? null : knownAlerts(snapshot))),
    el(
      'p',
      { class: 'age quiet' },
      el('span', { class: 'unseen' }, 'snapshot '),
      'as of ',
      timeAgo(head.generatedAt, now),
    ),
    problem === null ? warning(snapshot, now) : problemNote(problem),
  ];
}

/**
 * Says that the region fails, since when, and when it was last stored.
 *
 * @param {Standing} standing
 * @param {number | null} generatedAt time of the stored snapshot, used when no report goes back to the last success
 * @param {number} now epoch ms
 */
function failureNote({ failures, since, code, lastSuccess }, generatedAt, now) {
  if (failures === 0 || since === null) return null;
  const at = lastSuccess ?? generatedAt;
  const last = at === null ? 'Never stored.' : `Last success ${formatClock(at, now)}.`;
  const times = failures === 1 ? '' : `, ${formatTimes(failures)}`;
  const why = code === null ? '' : ` (${code})`;
  return el(
    'p',
    { class: 'card-failed' },
    el('strong', {}, `✕ Failed since ${formatClock(since, now)}${times}`),
    `${why}. ${last}`,
  );
}

/** @param {SnapshotView | null} snapshot */
function isLowerBound(snapshot) {
  return snapshot !== null && snapshot.missingInputs.length > 0;
}

/** @param {NonNullable<HeadView['head']>} head @param {number} now */
function sinceText({ transitionedAt }, now) {
  return transitionedAt === null ? ['no change on record'] : ['since ', timeAndAge(transitionedAt, now)];
}

/** @param {SnapshotView['alerts']} alerts */
function alertCounts(alerts) {
  if (alerts === null) return el('span', { class: 'quiet' }, 'alerts not known');
  const { orange, red } = alerts;
  if (orange + red === 0) return el('span', { class: 'quiet' }, 'no orange or red alert');
  const words = [...(red > 0 ? [`${red} red`] : []), ...(orange > 0 ? [`${orange} orange`] : [])];
  return el('strong', {}, `${words.join(', ')} ${(orange || red) === 1 ? 'alert' : 'alerts'}`);
}

/**
 * What a reader must know before relying on the card.
 *
 * @param {SnapshotView | null} snapshot
 * @param {number} now epoch ms
 */
function warning(snapshot, now) {
  if (snapshot === null) return null;
  const { validUntil } = snapshot;
  const isTooOld = validUntil !== null && validUntil < now;
  const text = isTooOld ? 'Too old to rely on' : missingInputsText(snapshot);
  return text === null ? null : el('p', { class: 'warning' }, text);
}
