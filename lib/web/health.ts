import { REGION_IDS, type RegionId } from '../hazards/regions/regions.js';
import { StoreError } from '../persister/upstash/error.js';
import type { Pulse } from '../persister/upstash/read.js';
import { parseReport, type RunReport } from '../runs/report.js';
import { outcomesOf, SLOTS_UNHEARD, unheardStreak } from '../runs/slots.js';
import { parseHead, type SnapshotHead } from '../runs/snapshot.js';
import type { HealthAnswer, HealthReason } from './answers.js';

/** A slot of six hours, an hour of lateness, and the catch-up. */
export const STALE_AFTER_MS = 8 * 60 * 60_000;

/**
 * How many reports are read: those of two slots, even with a tick every hour, and some by hand. Idle ticks and pushes
 * are not among them.
 */
export const REPORTS_OF_HEALTH = 16;

type Heads = ReadonlyMap<RegionId, SnapshotHead | null>;

/**
 * Whether the regions are being stored:
 *
 * | status        | when                                                                                           |
 * |---------------|------------------------------------------------------------------------------------------------|
 * | `unreachable` | the request to the store failed                                                                   |
 * | `stale`       | a region has no snapshot, or its newest is 8 hours old                                         |
 * | `degraded`    | a region failed in the last run that tried it, no full answer of an input in two slots,       |
 * |               | or the reports of runs cannot be read                                                          |
 * | `ok`          | none of these                                                                                  |
 *
 * A run by hand over some regions that succeeded repairs those regions; one that failed counts only where the slot is
 * not stored yet. Pushes change the age of a region, and say nothing of runs.
 *
 * @param pulse what is stored, or why it could not be read
 * @param now epoch ms
 */
export function assessHealth(pulse: Pulse | StoreError, now: number): HealthAnswer {
  if (pulse instanceof StoreError) return unreachable(pulse);
  const heads: Heads = new Map(REGION_IDS.map((id) => [id, parseHead(pulse.heads.get(id))]));
  const regions = REGION_IDS.map((regionId) => ({ regionId, ageMs: ageMs(heads.get(regionId), now) }));
  const stale = regions.flatMap((region) => staleReason(region, now));
  const amiss = pulse.reports instanceof StoreError ? [RUNS_UNREADABLE] : amissIn(pulse.reports, heads);
  const status = stale.length > 0 ? 'stale' : amiss.length > 0 ? 'degraded' : 'ok';
  return { status, staleAfterMs: STALE_AFTER_MS, reasons: [...stale, ...amiss], regions };
}

function unreachable({ code, message }: StoreError): HealthAnswer {
  return {
    status: 'unreachable',
    staleAfterMs: STALE_AFTER_MS,
    reasons: [{ code, message }],
    regions: REGION_IDS.map((regionId) => ({ regionId, ageMs: null })),
    message,
  };
}

/** A pushed snapshot may be dated ahead: its age is 0, not negative. */
function ageMs(head: SnapshotHead | null | undefined, now: number): number | null {
  return head ? Math.max(0, now - head.generated_at) : null;
}

function staleReason(
  { regionId, ageMs }: HealthAnswer['regions'][number],
  now: number,
): readonly HealthReason[] {
  if (ageMs === null) {
    return [{ code: 'region-empty', message: `${regionId} has no snapshot`, regionId }];
  }
  if (ageMs < STALE_AFTER_MS) return [];
  const message = `${regionId} was last stored ${Math.floor(ageMs / 3_600_000)} h ago`;
  return [{ code: 'region-stale', message, regionId, since: new Date(now - ageMs).toISOString() }];
}

const RUNS_UNREADABLE: HealthReason = {
  code: 'runs-unreadable',
  message: 'the stored reports of runs cannot be read',
};

function amissIn(texts: readonly string[], heads: Heads): HealthReason[] {
  const reports = texts
    .flatMap((text) => parseReport(text) ?? [])
    // Of two that overlap, the one that began later is more recent.
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const failing = REGION_IDS.flatMap((id) => failedReason(id, reports, heads.get(id)?.id));
  return [...failing, ...inputNames(reports).flatMap((input) => unheardReason(input, reports))];
}

/** @param stored the id of the newest snapshot: it reveals failures whose snapshot was stored after all */
function failedReason(
  regionId: RegionId,
  reports: readonly RunReport[],
  stored: string | undefined,
): readonly HealthReason[] {
  const outcomes = outcomesOf(regionId, reports);
  const [last] = outcomes;
  if (last?.outcome.status !== 'failed') return [];
  if (stored !== undefined && last.outcome.snapshotId === stored) return [];
  const success = outcomes.findIndex(({ outcome }) => outcome.status !== 'failed');
  const failures = success === -1 ? outcomes : outcomes.slice(0, success);
  const times = failures.length === 1 ? 'in the last run' : `in the last ${failures.length} runs`;
  const message = `${regionId} failed ${times}: ${last.outcome.code}`;
  const since = failures.at(-1)?.startedAt ?? last.startedAt;
  return [{ code: 'region-failed', message, regionId, since }];
}

/** The inputs of the newest report that has any, so that an input no longer in use is not missed. */
function inputNames(reports: readonly RunReport[]): string[] {
  const newest = reports.find(({ inputs }) => inputs.length > 0);
  return newest?.inputs.map(({ input }) => input) ?? [];
}

function unheardReason(input: string, reports: readonly RunReport[]): readonly HealthReason[] {
  const { slots, since } = unheardStreak(input, reports);
  if (slots < SLOTS_UNHEARD) return [];
  // Where the oldest report that is read lacks it too, it may have begun before that.
  const isCutOff = reports.length >= REPORTS_OF_HEALTH && since === reports.at(-1)?.startedAt;
  const message = `${input} has not answered in full in ${isCutOff ? 'at least ' : ''}the last ${slots} slots`;
  return [{ code: 'input-unheard', message, input, ...(since === null || isCutOff ? {} : { since }) }];
}
