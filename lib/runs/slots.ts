import { z } from 'zod';
import { type Fields, SnapshotIdSchema } from '../persister/record.js';
import type { InputReport, RunReport } from './report.js';

/** How long a slot lasts, in ms: the day has four, which begin at 00, 06, 12 and 18 UTC. */
export const SLOT_MS = 6 * 60 * 60_000;

/**
 * The beginning of the slot of a run: 00, 06, 12 or 18 UTC.
 *
 * @param now epoch ms
 * @returns ISO
 */
export function slotOf(now: number): string {
  return new Date(Math.floor(now / SLOT_MS) * SLOT_MS).toISOString();
}

/** The slot of a run, ISO. Reports of earlier versions do not name it. */
export function slotOfReport({ slot, startedAt }: Pick<RunReport, 'slot' | 'startedAt'>): string {
  return slot ?? slotOf(Date.parse(startedAt));
}

/**
 * The outcome of a region in each run that settled it. In flight is not settled: another writer holds it, which is
 * neither stored nor failed. A failure in a slot that an earlier run has stored is none either: nothing was due, and
 * the ticks that follow find nothing to do, so that it would stand until the next slot.
 *
 * @param reports newest first
 * @returns in the order of the reports
 */
export function outcomesOf(regionId: string, reports: readonly RunReport[]) {
  const ends = reports.flatMap((report) => {
    const { startedAt, regions } = report;
    const outcome = regions.find((region) => region.regionId === regionId);
    if (outcome === undefined || outcome.status === 'in-flight') return [];
    return [{ startedAt, slot: slotOfReport(report), outcome }];
  });
  return ends.filter(
    ({ slot, outcome }, i) =>
      outcome.status !== 'failed' ||
      !ends.slice(i + 1).some((earlier) => earlier.slot === slot && earlier.outcome.status !== 'failed'),
  );
}

/**
 * For how long an input has not answered in full. A slot in which it did so once does not count, whatever came later in
 * it.
 *
 * @param reports newest first; those that did not read the input are passed over
 * @returns the number of such slots without a break, and when the first of these runs began (ISO); null when there is none
 */
export function unheardStreak(
  name: string,
  reports: readonly RunReport[],
): { readonly slots: number; readonly since: string | null } {
  const heard = reports.flatMap((report) => {
    const status = report.inputs.find(({ input }) => input === name)?.status;
    return status === undefined ? [] : [{ slot: slotOfReport(report), startedAt: report.startedAt, status }];
  });
  const success = heard.findIndex(({ status }) => status === 'ok');
  const unheard = success === -1 ? heard : heard.slice(0, success);
  const slots = new Set(unheard.map(({ slot }) => slot));
  slots.delete(heard[success]?.slot ?? '');
  return { slots: slots.size, since: unheard.at(-1)?.startedAt ?? null };
}

/** How many slots an input may fail before it is reported: feeds pause, and their last answer is held. */
export const SLOTS_UNHEARD = 2;

/** The inputs that did not answer in full, and how. */
export type Unheard = Readonly<Record<string, 'failed' | 'incomplete'>>;

/** The inputs that did not answer in full in a run. */
export function unheardOf(inputs: readonly InputReport[]): Unheard {
  const entries = inputs.flatMap(({ input, status }) => (status === 'ok' ? [] : [[input, status] as const]));
  return Object.fromEntries(entries);
}

/** How a region stands in a slot: see {@link standingOf}. */
export type Standing =
  | { readonly status: 'due' }
  | { readonly status: 'improvable'; readonly snapshotId: string; readonly unheard: Unheard }
  | { readonly status: 'current'; readonly snapshotId: string };

const StoredInSlotSchema = z.object({
  slot: z.string(),
  snapshot_id: SnapshotIdSchema,
  unheard: z.record(z.string(), z.enum(['failed', 'incomplete'])),
});

/**
 * The standing of a region in the present slot, from what its last run that stored a snapshot remembers:
 *
 * | standing     | when                                                          | what a tick does                            |
 * |--------------|---------------------------------------------------------------|---------------------------------------------|
 * | `due`        | nothing readable is remembered, or another slot               | stores a snapshot                           |
 * | `improvable` | a snapshot of this slot, but an input did not answer in full  | reads the feeds, and stores a snapshot only |
 * |              |                                                               | if more answers: see {@link hearsMore}      |
 * | `current`    | a snapshot of this slot, for which every input answered       | nothing                                     |
 *
 * A run just before a slot begins and a tick just after it find the same content, which is a duplicate for 15 minutes
 * and leaves the memory as it is. The region is then still due, and the tick an hour later stores it.
 *
 * @param slot from {@link slotOf}
 * @param memory what the last run remembers; null when nothing can be read, which makes the region due
 */
export function standingOf(slot: string, memory: Fields | null): Standing {
  const stored = StoredInSlotSchema.safeParse(memory).data;
  if (stored === undefined || stored.slot !== slot) return { status: 'due' };
  const { snapshot_id: snapshotId, unheard } = stored;
  if (Object.keys(unheard).length === 0) return { status: 'current', snapshotId };
  return { status: 'improvable', snapshotId, unheard };
}

const HEARD = { failed: 0, incomplete: 1, ok: 2 } as const;

/**
 * Whether an input that did not answer in full before answers better now. If none does, another snapshot of the slot
 * would only repeat the first one.
 */
export function hearsMore(before: Unheard, inputs: readonly InputReport[]): boolean {
  return inputs.some(({ input, status }) => {
    const was = before[input];
    return was !== undefined && HEARD[status] > HEARD[was];
  });
}
