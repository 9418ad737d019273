import { z } from 'zod';

export const InputReportSchema = z.object({
  input: z.string(),
  status: z.enum(['ok', 'failed']),
  /** Events that were read and kept. */
  events: z.int().min(0),
  durationMs: z.number().min(0),
  /** Why it failed, or how many rows could not be read. */
  message: z.string().optional(),
});
export type InputReport = z.infer<typeof InputReportSchema>;

export const PhaseSchema = z.enum(['collect', 'validate', 'claim', 'commit']);
export type Phase = z.infer<typeof PhaseSchema>;

const timings = {
  regionId: z.string(),
  snapshotId: z.string().optional(),
  /** Requests sent that carried this region: 2 for an undisturbed persist, 1 for a duplicate, 0 when none was sent. */
  attempts: z.int().min(0),
  /** When its claim began, in ms from the start of the run. */
  startMs: z.number().min(0),
  claimMs: z.number().min(0),
  /** Duration of commit and settle together, with their retries; 0 when neither was reached. */
  commitMs: z.number().min(0),
};

export const RegionReportSchema = z.discriminatedUnion('status', [
  z.object({ ...timings, status: z.literal('persisted'), snapshotId: z.string() }),
  z.object({ ...timings, status: z.literal('duplicate'), duplicateOf: z.string() }),
  z.object({ ...timings, status: z.literal('in-flight'), retryAfterMs: z.number().min(0) }),
  z.object({
    ...timings,
    status: z.literal('failed'),
    phase: PhaseSchema,
    code: z.string(),
    message: z.string(),
    /** 'no': the snapshot is not stored and never will be by this run. 'unknown': the store could not be heard. */
    stored: z.enum(['no', 'unknown']),
  }),
]);
export type RegionReport = z.infer<typeof RegionReportSchema>;

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
