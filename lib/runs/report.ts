import { z } from 'zod';
import type { Outcome } from '../persister/outcome.js';
import type { StoreError } from '../persister/upstash/error.js';

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

const effort = {
  regionId: z.string(),
  snapshotId: z.string().optional(),
  /** Requests sent that carried this region: 2 for an undisturbed persist or a duplicate, 0 when none was sent. */
  attempts: z.int().min(0),
  /** When its claim began, in ms from the start of the run. */
  startMs: z.number().min(0),
  claimMs: z.number().min(0),
  /** Duration of commit and settle together, with their retries; 0 when neither was reached. */
  commitMs: z.number().min(0),
};

/** What became of one region's snapshot; `duplicateOf` names the snapshot that holds its content. Times in ms. */
export const RegionReportSchema = z.discriminatedUnion('status', [
  z.object({ ...effort, status: z.literal('persisted'), snapshotId: z.string() }),
  z.object({ ...effort, status: z.literal('duplicate'), duplicateOf: z.string() }),
  z.object({ ...effort, status: z.literal('in-flight'), retryAfterMs: z.number().min(0) }),
  z.object({
    ...effort,
    status: z.literal('failed'),
    phase: z.enum(['collect', 'validate', 'claim', 'commit']),
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
  /** What the store was asked before the report itself was stored. */
  redis: z.object({ requests: z.int().min(0), commands: z.int().min(0) }),
  /** Whether the report is in the list of stored runs. */
  reportStored: z.boolean().default(true),
});
export type RunReport = z.infer<typeof RunReportSchema>;

/** What a report says of an outcome. */
export function regionReport({ entity, id, ...outcome }: Outcome): RegionReport {
  const regionId = entity;
  // A persisted one always has an id; the schema of its report insists.
  if (outcome.status === 'persisted') return { regionId, ...outcome, snapshotId: id ?? '' };
  return { regionId, ...outcome, ...(id === undefined ? {} : { snapshotId: id }) };
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

/** One line of the log. Names, counts and times; never content, never a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: 'run' | 'region-not-persisted';
  readonly runId: string;
  readonly [field: string]: unknown;
}

export interface LoggedRun {
  readonly report: RunReport;
  /** Why the report could not be added to the stored runs; null when it was, or was not to be. */
  readonly reportFailure: StoreError | null;
}

/** What the log says of a run: a line for the run, then one for each region that was not persisted. */
export function logEntries({ report, reportFailure }: LoggedRun): LogEntry[] {
  const { runId, trigger, environment, dryRun, durationMs, budgetMs, counts, redis } = report;
  const named = (wanted: RunReport['inputs'][number]['status']) =>
    report.inputs.flatMap(({ input, status }) => (status === wanted ? input : []));
  const missingInputs = named('failed');
  const incompleteInputs = named('incomplete');
  const isUnheard = missingInputs.length + incompleteInputs.length > 0;
  const run: LogEntry = {
    level: levelOf(report, reportFailure !== null || isUnheard),
    event: 'run',
    runId,
    trigger,
    environment,
    dryRun,
    durationMs,
    budgetMs,
    counts,
    missingInputs,
    incompleteInputs,
    redis,
    reportStored: !dryRun && reportFailure === null,
    ...(reportFailure === null ? {} : { reportFailure: reportFailure.code }),
  };
  const regions = report.regions.filter(({ status }) => status !== 'persisted');
  return [run, ...regions.map((region) => regionEntry(runId, region))];
}

function levelOf({ counts }: RunReport, isDegraded: boolean): LogEntry['level'] {
  if (counts.failed > 0) return 'error';
  return isDegraded ? 'warn' : 'info';
}

function regionEntry(runId: string, region: RunReport['regions'][number]): LogEntry {
  const level = region.status === 'failed' ? 'error' : 'info';
  return { level, event: 'region-not-persisted', runId, ...region };
}
