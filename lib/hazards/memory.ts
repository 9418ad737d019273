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
  /** Whether that was all it had to say: only then is what it did not mention known to be calm. */
  complete: z.boolean(),
  /** The snapshot whose evidence has the events. */
  snapshot_id: SnapshotIdSchema,
  /** The highest severity of each type of hazard. */
  severity: z.partialRecord(HazardTypeSchema, SeveritySchema),
  /** Those above severity 0, the most severe first, at most 20. */
  events: z.array(ClaimSchema).max(MAX_CLAIMS),
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
  /** Each event once, those of severity 0 included. */
  readonly claims: readonly Claim[];
}

/** What of an input may still be held, newest first. */
export function statementsOf(memory: RunMemory | null, input: string, now: number): readonly Statement[] {
  const statements = memory?.inputs[input] ?? [];
  return statements.filter(({ at }) => now - at <= HELD_MS && at - now <= AHEAD_MS);
}

/** What is to be remembered of an input after a run. */
export function remember(
  { status, claims }: Hearing,
  before: readonly Statement[],
  run: { readonly at: number; readonly snapshotId: string },
): Statement[] {
  const statement: Statement = {
    at: run.at,
    complete: status === 'ok',
    snapshot_id: run.snapshotId,
    severity: severityByType(claims),
    events: claims
      .filter(({ severity }) => severity > 0)
      .toSorted((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1))
      .slice(0, MAX_CLAIMS),
  };
  if (statement.complete) return [statement];
  const newer = new Set(claims.map(({ id }) => id));
  const older = before
    .map((said) => ({ ...said, events: said.events.filter(({ id }) => !newer.has(id)) }))
    .filter(saysSomething);
  return bounded([statement, ...older].filter(saysSomething));
}

/** A statement that was heard in part says nothing of what it does not name. */
function saysSomething({ complete, events }: Statement): boolean {
  return complete || events.length > 0;
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
