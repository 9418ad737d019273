import { z } from 'zod';
import type { Deadline } from '../limits/deadline.js';
import { type RegionReport, RegionReportSchema } from '../persister/outcome.js';

/** What became of one input of a source. */
export const InputReportSchema = z.object({
  input: z.string(),
  /** `incomplete`: it answered, but part of the answer is missing or could not be read. */
  status: z.enum(['ok', 'incomplete', 'failed']),
  /** Events that were read and kept. */
  events: z.int().min(0),
  /** Rows that could not be read. Reports of earlier versions do not say. */
  skipped: z.int().min(0).default(0),
  /** How old what it said is, where it says so: its newest sign of life. */
  asOf: z.iso.datetime().optional(),
  /** Ms. */
  durationMs: z.number().min(0),
  /** Why it failed or may be incomplete, or what else is to be known about it. */
  message: z.string().optional(),
});
export type InputReport = z.infer<typeof InputReportSchema>;

export const TriggerSchema = z.enum(['cron', 'manual', 'push']);
export type Trigger = z.infer<typeof TriggerSchema>;

/** The account of one run: what the endpoint answers and what the runs list stores. */
export const RunReportSchema = z.object({
  runId: z.string(),
  trigger: TriggerSchema,
  environment: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0),
  budgetMs: z.number().min(0),
  dryRun: z.boolean(),
  counts: z.object({
    persisted: z.int().min(0),
    duplicate: z.int().min(0),
    inFlight: z.int().min(0),
    failed: z.int().min(0),
  }),
  inputs: z.array(InputReportSchema),
  regions: z.array(RegionReportSchema),
  redis: z.object({ requests: z.int().min(0), commands: z.int().min(0) }),
});
export type RunReport = z.infer<typeof RunReportSchema>;

/** What a report says of a run whenever it is sealed. */
export type Account = Omit<RunReport, 'startedAt' | 'durationMs' | 'budgetMs' | 'redis'>;

/** @param redis what the store was asked up to now, or will have been */
export function sealReport(account: Account, deadline: Deadline, redis: RunReport['redis']): RunReport {
  const { runId, trigger, environment, dryRun, counts, inputs, regions } = account;
  const startedAt = new Date(deadline.startedAt).toISOString();
  const durationMs = Math.round(deadline.elapsedMs());
  const { budgetMs } = deadline;
  return {
    runId,
    trigger,
    environment,
    startedAt,
    durationMs,
    budgetMs,
    dryRun,
    counts,
    inputs,
    regions,
    redis,
  };
}

/** Why regions failed, a code for each that did. */
export function failureCodes(regions: readonly RegionReport[]): string[] {
  return regions.flatMap((region) => (region.status === 'failed' ? region.code : []));
}

/** How many regions came to each outcome. */
export function countOutcomes(regions: readonly RegionReport[]): RunReport['counts'] {
  const count = (status: RegionReport['status']) =>
    regions.filter((region) => region.status === status).length;
  return {
    persisted: count('persisted'),
    duplicate: count('duplicate'),
    inFlight: count('in-flight'),
    failed: count('failed'),
  };
}
