import type { RunReport } from './report.js';
import { outcomesOf, SLOT_MS, SLOTS_UNHEARD, slotOf, slotOfReport, unheardStreak } from './slots.js';

/** A difference from the run before that is worth reporting. Ids, codes and labels; never content. */
export type Change =
  /** Regions that began to fail, for the same reason. */
  | {
      readonly kind: 'regions-failing';
      readonly regionIds: readonly string[];
      readonly phase: string;
      readonly code: string;
    }
  /** Regions that were not stored in this slot or the one before: they are stale by now, or soon. */
  | {
      readonly kind: 'regions-stuck';
      readonly regionIds: readonly string[];
      readonly phase: string;
      readonly code: string;
    }
  | { readonly kind: 'regions-recovered'; readonly regionIds: readonly string[] }
  /** Inputs that did not answer in full in this slot and the one before. */
  | { readonly kind: 'inputs-missing'; readonly inputs: readonly string[] }
  | { readonly kind: 'inputs-heard'; readonly inputs: readonly string[] }
  /** A slot whose first tick left no report: its function was killed or not called, or the store was down. */
  | { readonly kind: 'slot-caught-up'; readonly slot: string }
  /** Slots before this one, from the first to the last, in which no run left a report. */
  | { readonly kind: 'slots-missed'; readonly from: string; readonly to: string; readonly slots: number }
  | { readonly kind: 'regime'; readonly regionId: string; readonly from: string; readonly to: string }
  /** Regions of which nothing can be said any more: too little was heard, for too long. */
  | { readonly kind: 'regions-unknown'; readonly regionIds: readonly string[] };

/** A region whose regime moved in this run. */
export interface Shift {
  readonly regionId: string;
  readonly from: string;
  readonly to: string;
}

export interface ChangesRequest {
  readonly report: RunReport;
  /** The reports before it, newest first; null when the request to the store failed for them. */
  readonly before: readonly RunReport[] | null;
  readonly shifts: readonly Shift[];
}

/** How many reports {@link changesOf} looks back: two slots, with a tick and calls by hand in each. */
export const REPORTS_BEFORE = 12;

/** From here on a tick of the slot is its second one. Vercel's Hobby plan calls at any time within the hour. */
const FIRST_TICK_MS = 60 * 60_000;

/** Regimes that are worth waking someone for. */
const GRAVE = ['alert', 'emergency'];

/**
 * What changed since the run before. It is derived from the stored reports alone, so a run that cannot read them cannot
 * know what was reported before: it reports failures, and only in the first tick of a slot. A regime that moved is
 * always reported: the shift says where from, and no later run finds it again.
 *
 * @returns one change for each cause, the gravest first; none when nothing changed
 */
export function changesOf({ report, before, shifts }: ChangesRequest): Change[] {
  if (before === null)
    return [...(isFirstTick(report) ? failing(report, []) : []), ...grave(shifts), ...unknown(shifts)];
  return [
    ...failing(report, before),
    ...stuck(report, before),
    ...late(report, before),
    ...recovered(report, before),
    ...missing(report, before),
    ...grave(shifts),
    ...unknown(shifts),
  ];
}

function grave(shifts: readonly Shift[]): Change[] {
  return shifts.filter(isGrave).map((shift) => ({ kind: 'regime', ...shift }));
}

function isGrave({ from, to }: Shift): boolean {
  return GRAVE.includes(from) || GRAVE.includes(to);
}

/** One change for all: a feed that is silent silences every region. */
function unknown(shifts: readonly Shift[]): Change[] {
  const regionIds = shifts
    .filter((shift) => shift.to === 'unknown' && !isGrave(shift))
    .map(({ regionId }) => regionId);
  return regionIds.length === 0 ? [] : [{ kind: 'regions-unknown', regionIds }];
}

function failing(report: RunReport, before: readonly RunReport[]): Change[] {
  const began = (regionId: string) => knownFailures(regionId, before, report).length === 0;
  return causesOf(report, before, began).map((cause) => ({ kind: 'regions-failing', ...cause }));
}

/** A failure may be an accident. In the second slot it is time to look, and nobody was told since the first. */
function stuck(report: RunReport, before: readonly RunReport[]): Change[] {
  const slots = (regionId: string, reports: readonly RunReport[]) =>
    new Set(knownFailures(regionId, reports, report).map(({ slot }) => slot)).size;
  const began = (regionId: string) =>
    slots(regionId, before) === 1 && slots(regionId, [report, ...before]) === 2;
  return causesOf(report, before, began).map((cause) => ({ kind: 'regions-stuck', ...cause }));
}

interface Cause {
  readonly phase: string;
  readonly code: string;
  readonly regionIds: string[];
}

/** The causes of the failures worth reporting: those of regions not yet stored in this slot. */
function causesOf(
  report: RunReport,
  before: readonly RunReport[],
  isNews: (regionId: string) => boolean,
): Cause[] {
  const causes = new Map<string, Cause>();
  for (const region of report.regions) {
    if (region.status !== 'failed') continue;
    const { phase, code, regionId } = region;
    const [last] = outcomesOf(regionId, [report, ...before]);
    if (last?.outcome !== region || !isNews(regionId)) continue;
    const cause = causes.get(`${phase} ${code}`) ?? { phase, code, regionIds: [] };
    cause.regionIds.push(regionId);
    causes.set(`${phase} ${code}`, cause);
  }
  return [...causes.values()];
}

/** The failures of a region since it was last stored, newest first. */
function failuresOf(regionId: string, reports: readonly RunReport[]) {
  const outcomes = outcomesOf(regionId, reports);
  const stored = outcomes.findIndex(({ outcome }) => outcome.status !== 'failed');
  return stored === -1 ? outcomes : outcomes.slice(0, stored);
}

/**
 * The same, without those of earlier slots that may have stored it nevertheless: where one has, nothing was due
 * afterwards, and no later report says so.
 */
function knownFailures(regionId: string, reports: readonly RunReport[], now: RunReport) {
  return failuresOf(regionId, reports).filter(
    ({ slot, outcome }) =>
      slot === slotOfReport(now) || outcome.status !== 'failed' || outcome.stored === 'no',
  );
}

function recovered(report: RunReport, before: readonly RunReport[]): Change[] {
  const regionIds = report.regions
    .filter(({ regionId, status }) => isStored(status) && failuresOf(regionId, before).length > 0)
    .map(({ regionId }) => regionId);
  return regionIds.length === 0 ? [] : [{ kind: 'regions-recovered', regionIds }];
}

function isStored(status: RunReport['regions'][number]['status']): boolean {
  return status === 'persisted' || status === 'duplicate' || status === 'current';
}

/**
 * What was stored again after calls that left no report. Missed slots could not be reported before: where calls were
 * refused or never made, no run began. They concern the scheduler, so a run by hand does not report them.
 */
function late(report: RunReport, before: readonly RunReport[]): Change[] {
  const [last] = before;
  if (last === undefined || report.counts.persisted === 0) return [];
  const slot = slotOfReport(report);
  const [begins, lastBegan] = [Date.parse(slot), Date.parse(slotOfReport(last))];
  const slots = (begins - lastBegan) / SLOT_MS - 1;
  if (slots > 0 && report.trigger === 'cron') {
    return [{ kind: 'slots-missed', from: slotOf(lastBegan + SLOT_MS), to: slotOf(begins - SLOT_MS), slots }];
  }
  return slots >= 0 && !isFirstTick(report) ? [{ kind: 'slot-caught-up', slot }] : [];
}

function isFirstTick({ startedAt }: RunReport): boolean {
  return Date.parse(startedAt) % SLOT_MS < FIRST_TICK_MS;
}

function missing(report: RunReport, before: readonly RunReport[]): Change[] {
  const reports = [report, ...before];
  const began = report.inputs
    .filter(({ input }) => isMissing(input, reports) && !isMissing(input, before))
    .map(({ input }) => input);
  const ended = report.inputs
    .filter(({ input, status }) => status === 'ok' && isMissing(input, before))
    .map(({ input }) => input);
  return [
    ...(began.length === 0 ? [] : [{ kind: 'inputs-missing', inputs: began } as const]),
    ...(ended.length === 0 ? [] : [{ kind: 'inputs-heard', inputs: ended } as const]),
  ];
}

function isMissing(name: string, reports: readonly RunReport[]): boolean {
  return unheardStreak(name, reports).slots >= SLOTS_UNHEARD;
}
