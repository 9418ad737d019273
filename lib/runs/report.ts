import { z } from 'zod';
import { parseJson } from '../limits/json.js';
import type { Outcome } from '../persister/outcome.js';
import type { StoreError } from '../persister/upstash/error.js';

/** The outcome of one input of a source. */
export const InputReportSchema = z.object({
  input: z.string(),
  /** `incomplete`: it answered, but part of the answer is missing or could not be read. */
  status: z.enum(['ok', 'incomplete', 'failed']),
  /** Events that were read and kept. */
  events: z.int().min(0),
  /** Rows that could not be read. Reports of earlier versions do not say. */
  skipped: z.int().min(0).default(0),
  /** The time of its latest update, where it gives one. */
  asOf: z.iso.datetime().optional(),
  /** Ms. */
  durationMs: z.number().min(0),
  /** Why it failed or may be incomplete, or what else a reader should know. */
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

/** The outcome of one region's snapshot; `duplicateOf` names the snapshot that holds its content. Times in ms. */
export const RegionReportSchema = z.discriminatedUnion('status', [
  z.object({ ...effort, status: z.literal('persisted'), snapshotId: z.string() }),
  z.object({ ...effort, status: z.literal('duplicate'), duplicateOf: z.string() }),
  /** Nothing was due: it is stored in this slot already, as `snapshotId`. */
  z.object({ ...effort, status: z.literal('current'), snapshotId: z.string() }),
  z.object({ ...effort, status: z.literal('in-flight'), retryAfterMs: z.number().min(0) }),
  z.object({
    ...effort,
    status: z.literal('failed'),
    phase: z.enum(['collect', 'validate', 'claim', 'commit']),
    code: z.string(),
    message: z.string(),
    /** 'no': the snapshot is not stored and never will be by this run. 'unknown': the store did not answer. */
    stored: z.enum(['no', 'unknown']),
  }),
]);
export type RegionReport = z.infer<typeof RegionReportSchema>;

export const TriggerSchema = z.enum(['cron', 'manual', 'push']);
export type Trigger = z.infer<typeof TriggerSchema>;

/** The report of one run: what the endpoint answers and what the runs list stores. */
export const RunReportSchema = z.object({
  runId: z.string(),
  trigger: TriggerSchema,
  environment: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0),
  budgetMs: z.number().min(0),
  dryRun: z.boolean(),
  /** When the slot of the run began: 00, 06, 12 or 18 UTC. Reports of earlier versions do not say. */
  slot: z.iso.datetime().optional(),
  counts: z.object({
    persisted: z.int().min(0),
    duplicate: z.int().min(0),
    current: z.int().min(0).default(0),
    inFlight: z.int().min(0),
    failed: z.int().min(0),
  }),
  inputs: z.array(InputReportSchema),
  regions: z.array(RegionReportSchema),
  /** Requests to the store before the report itself was stored. */
  redis: z.object({ requests: z.int().min(0), commands: z.int().min(0) }),
  /** Whether the report is in the list of stored runs. */
  reportStored: z.boolean().default(true),
});
export type RunReport = z.infer<typeof RunReportSchema>;

/** @returns null for a stored entry that cannot be read as a report */
export function parseReport(text: string): RunReport | null {
  return RunReportSchema.safeParse(parseJson(text)).data ?? null;
}

/** What a report says of an outcome. */
export function regionReport({ entity, id, ...outcome }: Outcome): RegionReport {
  const regionId = entity;
  // A persisted one always has an id; the schema of its report insists.
  if (outcome.status === 'persisted') return { regionId, ...outcome, snapshotId: id ?? '' };
  return { regionId, ...outcome, ...(id === undefined ? {} : { snapshotId: id }) };
}

/** What a report says of a region of which nothing was due. */
export function currentReport(
  regionId: string,
  snapshotId: string,
): Extract<RegionReport, { status: 'current' }> {
  return { regionId, status: 'current', snapshotId, attempts: 0, startMs: 0, claimMs: 0, commitMs: 0 };
}

/** Why regions failed, a code for each that did. */
export function failureCodes(regions: readonly RegionReport[]): string[] {
  return regions.flatMap((region) => (region.status === 'failed' ? region.code : []));
}

/** How many regions had each outcome. */
export function countOutcomes(regions: readonly RegionReport[]): RunReport['counts'] {
  const count = (status: RegionReport['status']) =>
    regions.filter((region) => region.status === status).length;
  return {
    persisted: count('persisted'),
    duplicate: count('duplicate'),
    current: count('current'),
    inFlight: count('in-flight'),
    failed: count('failed'),
  };
}

/** One line of the log. Names, counts and times; never content, never a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly event:
    | 'run'
    | 'regions-failed'
    | 'regions-not-stored'
    | 'cron-refused'
    | 'not-told'
    | 'snapshot-removed';
  /** The run that it is about, if any. */
  readonly runId?: string;
  readonly [field: string]: unknown;
}

/** The platform reads the level from the console method that was called. */
export function logToConsole(entry: LogEntry): void {
  console[entry.level](JSON.stringify(entry));
}

export interface LoggedRun {
  readonly report: RunReport;
  /** Why the report could not be added to the stored runs; null when it was, or was not meant to be. */
  readonly reportFailure: StoreError | null;
}

/**
 * What the log says of a run: a line for the run, then one for each cause, which names the regions it kept from being
 * stored. An outage of the store is one line of level `error`, not one for each region.
 */
export function logEntries({ report, reportFailure }: LoggedRun): LogEntry[] {
  const { runId, trigger, environment, dryRun, slot, durationMs, budgetMs, counts, redis } = report;
  const named = (wanted: RunReport['inputs'][number]['status']) =>
    report.inputs.flatMap(({ input, status }) => (status === wanted ? input : []));
  const missingInputs = named('failed');
  const incompleteInputs = named('incomplete');
  const isUnheard = missingInputs.length + incompleteInputs.length > 0;
  const isDegraded = counts.failed > 0 || reportFailure !== null || isUnheard;
  const run: LogEntry = {
    level: isDegraded ? 'warn' : 'info',
    event: 'run',
    runId,
    trigger,
    environment,
    dryRun,
    slot,
    durationMs,
    budgetMs,
    counts,
    missingInputs,
    incompleteInputs,
    redis,
    reportStored: report.reportStored,
    ...(reportFailure === null ? {} : { reportFailure: reportFailure.code }),
  };
  return [run, ...causes(report)];
}

/** Current regions need no line, and persisted ones are the normal case. */
function causes({ runId, regions }: RunReport): LogEntry[] {
  const entries = new Map<string, { readonly entry: LogEntry; readonly regionIds: string[] }>();
  for (const region of regions) {
    const cause = causeOf(region);
    if (cause === null) continue;
    const key = JSON.stringify([cause.status, cause.phase, cause.code, cause.stored]);
    const known = entries.get(key);
    if (known !== undefined) {
      known.regionIds.push(region.regionId);
      continue;
    }
    const regionIds = [region.regionId];
    const [level, event] =
      region.status === 'failed'
        ? (['error', 'regions-failed'] as const)
        : (['info', 'regions-not-stored'] as const);
    entries.set(key, { entry: { level, event, runId, ...cause, regionIds }, regionIds });
  }
  return [...entries.values()].map(({ entry }) => entry);
}

interface Cause {
  readonly status: RegionReport['status'];
  readonly phase?: string;
  readonly code?: string;
  /** Of the first region: the others of the same code may name sizes of their own. */
  readonly message?: string;
  readonly stored?: 'no' | 'unknown';
}

function causeOf(region: RegionReport): Cause | null {
  const { status } = region;
  if (status === 'persisted' || status === 'current') return null;
  if (status !== 'failed') return { status };
  const { phase, code, message, stored } = region;
  return { status, phase, code, message, stored };
}
