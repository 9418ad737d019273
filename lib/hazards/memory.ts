import { z } from 'zod';
import { SnapshotIdSchema } from '../persister/record.js';
import { type HazardType, HazardTypeSchema, RegimeSchema } from './snapshot.js';

const HOUR_MS = 3_600_000;

/** For how long an input that was not fully heard counts as what it said last, in ms. */
export const HELD_MS = 24 * HOUR_MS;

/** What is dated further ahead than two clocks can differ would be held for longer than it may. */
const AHEAD_MS = HOUR_MS / 6;

/** Of one input: together small enough for a memory of 64 KB. The most severe are kept. */
const MAX_CLAIMS = 20;
const MAX_STATEMENTS = 6;

const SeveritySchema = z.number().min(0).max(1);

/** What an input said of one event. */
export const ClaimSchema = z.object({
  /** As in the evidence. */
  id: z.string().max(100),
  type: HazardTypeSchema,
  /** By this input alone, where several report the event. */
  severity: SeveritySchema,
});
export type Claim = z.infer<typeof ClaimSchema>;

/** What an input said about a region when it was read. */
export const StatementSchema = z.object({
  /** Epoch ms of the run. */
  at: z.int(),
  /** Whether that was all it had to say above severity 0: only then is what it did not mention known to be calm. */
  complete: z.boolean(),
  /** The snapshot whose evidence has the events. */
  snapshot_id: SnapshotIdSchema,
  /** The highest severity of each type of hazard, that of events which are not listed included. */
  severity: z.partialRecord(HazardTypeSchema, SeveritySchema),
  /** Those above severity 0, the most severe first, at most 20. */
  events: z.array(ClaimSchema).max(MAX_CLAIMS),
  /** There were more than are listed. */
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
  /** By input, newest first: the last complete statement, and whatever was heard in part since. */
  inputs: z.record(z.string(), z.array(StatementSchema).max(MAX_STATEMENTS).catch([])).catch({}),
});
export type RunMemory = z.infer<typeof RunMemorySchema>;

/** @returns null for a memory that cannot be read: nothing is remembered then, and nothing is taken for calm */
export function parseMemory(memory: unknown): RunMemory | null {
  return RunMemorySchema.safeParse(memory).data ?? null;
}

/** What a run heard of one input about one region. */
export interface Hearing {
  readonly input: string;
  readonly status: 'ok' | 'incomplete' | 'failed';
  /** Of an incomplete input: only events of severity 0 are missing. Default false. */
  readonly onlyCalmMissing?: boolean;
  /** Each event once, those of severity 0 included. */
  readonly claims: readonly Claim[];
}

/** Whether everything above severity 0 was heard, which is all that a regime depends on. */
export function isSettled({ status, onlyCalmMissing = false }: Hearing): boolean {
  return status === 'ok' || onlyCalmMissing;
}

/** What of an input may still be held, newest first. */
export function statementsOf(memory: RunMemory | null, input: string, now: number): readonly Statement[] {
  const statements = memory?.inputs[input] ?? [];
  return statements.filter(({ at }) => now - at <= HELD_MS && at - now <= AHEAD_MS);
}

/** What is to be remembered of an input after a run. */
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
 * What is left of a statement when some of its events have been heard of since. Those that it does not list are no more
 * severe than the last that it does, and of them nothing newer is known.
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

/** A statement that was heard in part says nothing of what it does not name. */
function saysSomething({ complete, events, cut }: Statement): boolean {
  return complete || events.length > 0 || cut === true;
}

/** Drops the calmest of what was heard in part. */
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
