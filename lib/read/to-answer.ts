import { REGIONS, type RegionId } from '../regions.js';
import type { SnapshotHead } from '../snapshot.js';
import type { HistoryPage } from '../store/history.js';
import { zip } from '../zip.js';
import type { HistoryAnswer, RegionsAnswer } from './answers.js';
import { formatCursor } from './history-cursor.js';
import type { HistoryQuery } from './history-query.js';

/** @param heads one for each of REGIONS, in order */
export function regionsAnswer(heads: readonly (SnapshotHead | null)[]): RegionsAnswer {
  return {
    regions: zip(REGIONS, heads).map(([{ id, label }, head]) => ({
      regionId: id,
      label,
      head: head === null ? null : headAnswer(head),
    })),
  };
}

/** @param query what `page` was asked for with: its bounds are those of the next page */
export function historyAnswer(
  regionId: RegionId,
  query: HistoryQuery,
  { points, next }: HistoryPage,
): HistoryAnswer {
  return {
    regionId,
    entries: points.map(({ id, generatedAt, regime_label, pressure_score }) => ({
      id,
      generatedAt,
      regimeLabel: regime_label,
      pressureScore: pressure_score,
    })),
    next: next === null ? null : nextLink(regionId, query, formatCursor(next)),
  };
}

function headAnswer({ id, generated_at: generatedAt, regime, pressure_score: pressureScore }: SnapshotHead) {
  if (regime === null) return { id, generatedAt, regime, pressureScore };
  const { label, previous_label, transitioned_at, transition_driver } = regime;
  return {
    id,
    generatedAt,
    regime: {
      label,
      previousLabel: previous_label,
      transitionedAt: transitioned_at,
      transitionDriver: transition_driver,
    },
    pressureScore,
  };
}

function nextLink(regionId: RegionId, { from, limit }: HistoryQuery, cursor: string): string {
  const params = new URLSearchParams({ limit: `${limit}`, cursor });
  if (from !== null) params.set('from', `${from}`);
  return `/api/regions/${regionId}/history?${params}`;
}
