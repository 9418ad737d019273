import { z } from 'zod';
import { SnapshotIdSchema } from '../persister/record.js';
import { type HazardType, HazardTypeSchema, RegimeSchema } from './snapshot.js';

const HOUR_MS = 3_600_000;

/** How long the last answer of an input counts when it does not answer in full, in ms. */
export const HELD_MS = 24 * HOUR_MS;

/** An answer dated further ahead than two clocks can differ would be held for too long. */
const AHEAD_MS = HOUR_MS / 6;

/** For each input; small enough to keep a memory under 64 KB. The most severe are kept. */
const MAX_CLAIMS = 20;
const MAX_STATEMENTS = 6;

const SeveritySchema = z.number().min(0).max(1);

/** What an input reported of one event. */
export const ClaimSchema = z.object({
  /** As in the evidence. */
  id: z.string().max(100),
  type: HazardTypeSchema,
  /** As reported by this input, even where several report the event. */
  severity: SeveritySchema,
});
export type Claim = z.infer<typeof ClaimSchema>;

/** What an input reported about a region when it was read. */
export const StatementSchema = z.object({
  /** Epoch ms of the run. */
  at: z.int(),
  /** Whether that was everything above severity 0: only then is what it did not mention known to be calm. */
  complete: z.boolean(),
  /** The snapshot whose evidence has the events. */
  snapshot_id: SnapshotIdSchema,
  /** The highest severity of each type of hazard, including events that are not listed. */
  severity: z.partialRecord(HazardTypeSchema, SeveritySchema),
  /** Those above severity 0, the most severe first, at most 20. */
  events: z.array(ClaimSchema).max(MAX_CLAIMS),
  /** Whether there were more than are listed. */
  cut: z.literal(true).optional(),
});
export type Statement = z.infer<typeof StatementSchema>;

/**
 * What a run remembers of a region, for the next one. The runner adds `slot`, `snapshot_id` and `generated_at`.
 */
export const RunMemorySchema = z.object({
  /** Epoch ms of the run. */
  generated_at: z.int(),
  regime: RegimeSchema,
  /** Id of the event that sets the pressure; null when none is above severity 0. */
  driver: z.string().nullable().catch(null),
  /** By input, newest first: the last complete statement, and the partial ones since. */
  inputs: z.record(z.string(), z.array(StatementSchema).max(MAX_STATEMENTS).catch([])).catch({}),
});
export type RunMemory = z.infer<typeof RunMemorySchema>;

/** @returns null for a memory that cannot be read: then nothing is remembered, and nothing is assumed to be calm */
export function parseMemory(memory: unknown): RunMemory | null {
  return RunMemorySchema.safeParse(memory).data ?? null;
}

/** What a run got from one input about one region. */
export interface Hearing {
  readonly input: string;
  readonly status: 'ok' | 'incomplete' | 'failed';
  /** Of an incomplete input: only events of severity 0 are missing. Default false. */
  readonly onlyCalmMissing?: boolean;
  /** Each event once, those of severity 0 included. */
  readonly claims: readonly Claim[];
}

/** Whether everything above severity 0 was reported, which is all that a regime depends on. */
export function isSettled({ status, onlyCalmMissing = false }: Hearing): boolean {
  return status === 'ok' || onlyCalmMissing;
}

/** The statements of an input that may still be held, newest first. */
export function statementsOf(memory: RunMemory | null, input: string, now: number): readonly Statement[] {
  const statements = memory?.inputs[input] ?? [];
  return statements.filter(({ at }) => now - at <= HELD_MS && at - now <= AHEAD_MS);
}

/** What to remember of an input after a run. */
export function remember(
  hearing: Hearing,
  before: readonly Statement[],
  run: { readonly at: number; readonly snapshotId: string },
): Statement[] {
  const { claims } = hearing;
  const above = claims
    .filter(({ severity }) => severity > 0)
    .toSorted((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
  const statement: Statement = {
    at: run.at,
    complete: isSettled(hearing),
    snapshot_id: run.snapshotId,
    severity: severityByType(claims),
    events: above.slice(0, MAX_CLAIMS),
    ...(above.length > MAX_CLAIMS ? { cut: true as const } : {}),
  };
  if (statement.complete) return [statement];
  const newer = new Set(claims.map(({ id }) => id));
  const older = before.map((said) => without(said, newer)).filter(saysSomething);
  return bounded([statement, ...older].filter(saysSomething));
}

/**
 * What is left of a statement once newer statements report some of its events. Those that it does not list are no more
 * severe than the last one it does list, and nothing newer is known of them.
 */
export function without(said: Statement, ids: ReadonlySet<string>): Statement {
  const events = said.events.filter(({ id }) => !ids.has(id));
  if (events.length === said.events.length) return said;
  const severity = severityByType(events);
  const mostUnlisted = said.cut ? (said.events.at(-1)?.severity ?? 0) : 0;
  for (const type of HazardTypeSchema.options) {
    const unlisted = Math.min(said.severity[type] ?? 0, mostUnlisted);
    if (unlisted > (severity[type] ?? 0)) severity[type] = unlisted;
  }
  return { ...said, severity, events };
}

/** A partial statement says nothing about what it does not name. */
function saysSomething({ complete, events, cut }: Statement): boolean {
  return complete || events.length > 0 || cut === true;
}

/** Drops the calmest events of a partial statement. */
function bounded(statements: Statement[]): Statement[] {
  if (statements.length <= MAX_STATEMENTS) return statements;
  const highest = ({ complete, events }: Statement) => (complete ? 2 : (events[0]?.severity ?? 0));
  const kept = new Set(statements.toSorted((a, b) => highest(b) - highest(a)).slice(0, MAX_STATEMENTS));
  return statements.filter((statement) => kept.has(statement));
}

function severityByType(claims: readonly Claim[]): Partial<Record<HazardType, number>> {
  const highest: Partial<Record<HazardType, number>> = {};
  for (const { type, severity } of claims) highest[type] = Math.max(highest[type] ?? 0, severity);
  return highest;
}
