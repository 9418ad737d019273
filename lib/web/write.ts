import { z } from 'zod';
import { REGION_IDS, type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import { type Clock, systemClock } from '../limits/deadline.js';
import { jsonFault, MAX_NESTING } from '../limits/json.js';
import type { Fields } from '../persister/record.js';
import type { Removal } from '../persister/remove.js';
import { StoreError } from '../persister/upstash/error.js';
import type { ReportList } from '../persister/upstash/lists.js';
import type { LogEntry } from '../runs/report.js';
import type { RunResult } from '../runs/run.js';
import { EnvelopeSchema, envelopeIssues, type Issue } from '../runs/snapshot.js';
import { SNAPSHOT_BUSY, snapshotUnreadable, storeProblem, UNKNOWN_SNAPSHOT } from './answers.js';
import type { Answer } from './route.js';

/** Vercel's cron identifies itself; every other call counts as one by hand. */
export function triggerOf({ headers }: Pick<Request, 'headers'>): 'cron' | 'manual' {
  return headers.get('user-agent')?.startsWith('vercel-cron/') === true ? 'cron' : 'manual';
}

/**
 * The full report, whatever happened. A cron monitor looks at the status alone, so 200 means that all is
 * stored, by this run or earlier in this slot; 500 that something failed; 503 with `Retry-After` that something is
 * still in flight.
 *
 * @param withSnapshots adds the snapshots to the answer: a dry run has nothing else to show
 */
export function runAnswer({ report, snapshots }: RunResult, withSnapshots = false): Answer {
  const body = withSnapshots ? { ...report, snapshots } : report;
  if (report.counts.failed > 0) return { status: 500, body };
  if (report.counts.inFlight === 0) return { status: 200, body };
  const waits = report.regions.map((region) => (region.status === 'in-flight' ? region.retryAfterMs : 0));
  const seconds = Math.max(1, Math.ceil(Math.max(...waits) / 1000));
  return { status: 503, body, headers: { 'retry-after': `${seconds}` } };
}

/** At most one line a minute for refused calls, so that guessing secrets does not fill the log. In ms. */
const REFUSALS_EVERY_MS = 60_000;

/**
 * Logs calls of the cron route that were refused, at most one a minute, each with the number of those since the last.
 * Otherwise nobody would notice that the scheduler uses another secret than the deployment.
 *
 * @param log gets an entry that says why, in words, and nothing that the caller sent
 */
export function createRefusalLog(log: (entry: LogEntry) => void, clock: Clock = systemClock) {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let calls = 0;
  return (request: Request, why: string): void => {
    calls += 1;
    if (clock.monotonic() - loggedAt < REFUSALS_EVERY_MS) return;
    log({ level: 'warn', event: 'cron-refused', caller: triggerOf(request), why, calls });
    loggedAt = clock.monotonic();
    calls = 0;
  };
}

export interface RunQuery {
  /** All regions unless some were named; in the order of REGION_IDS. */
  readonly regionIds: readonly RegionId[];
  readonly dryRun: boolean;
  /** Whether only what is due is to be persisted; undefined where the query does not say. */
  readonly due: boolean | undefined;
}

/** The query of the stored reports: `?trigger=push` lists those of pushes. */
export const ReportsQuerySchema = z
  .object({ trigger: z.enum(['push'], { error: 'must be push' }).optional() })
  .transform(({ trigger }): ReportList => (trigger === 'push' ? 'pushes' : 'runs'));

/** The query of a run: `?regions=mena,europe`, `?due=true` and `?dry-run=true`. */
export const RunQuerySchema = z
  .object({
    regions: z
      .string()
      .transform((list) => list.split(',').map((name) => name.trim()))
      .pipe(z.array(z.enum(REGION_IDS, { error: `must be one of ${REGION_IDS.join(', ')}` })))
      .optional(),
    due: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
    'dry-run': z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  })
  .transform(
    (query): RunQuery => ({
      regionIds: REGION_IDS.filter((id) => query.regions?.includes(id) ?? true),
      dryRun: query['dry-run'] === 'true',
      due: query.due === undefined ? undefined : query.due === 'true',
    }),
  );

export const MOST_SNAPSHOTS = 100;

/** The body and its list nest the snapshots two levels deeper. */
const BODY_LEVELS = 2;

const BodySchema = z.object({ snapshots: z.array(z.unknown()).min(1).max(MOST_SNAPSHOTS) });
const PushedEnvelopeSchema = EnvelopeSchema.extend({ region_id: RegionIdSchema });

/**
 * The body of a push: `{"snapshots": […]}`. Of each snapshot only the envelope is checked; all other fields pass
 * through untouched.
 *
 * @param now epoch ms
 */
export function pushedSnapshotsSchema(now: number): z.ZodType<readonly Fields[]> {
  return BodySchema.transform((body, context) => {
    const issues = issuesOf(body.snapshots, now);
    for (const { path, message } of issues) {
      context.addIssue({ code: 'custom', path: ['snapshots', ...path], message });
    }
    // The values themselves are kept, not a schema's copies: foreign fields pass through as they came.
    return issues.length > 0 ? z.NEVER : (body.snapshots as Fields[]);
  });
}

function issuesOf(snapshots: readonly unknown[], now: number): Issue[] {
  // Checked together, because many small snapshots are as much work as a few large ones; what all pass, each passes.
  const fault = jsonFault({ snapshots }, MAX_NESTING + BODY_LEVELS);
  const issues = snapshots.flatMap((value, i) =>
    faultsOf(value, now, fault === null).map(({ path, message }) => ({ path: [i, ...path], message })),
  );
  if (issues.length > 0) return issues;
  return fault === null ? [] : [{ path: [], message: fault }];
}

function faultsOf(value: unknown, now: number, isFit: boolean): Issue[] {
  const fault = isFit ? null : jsonFault(value);
  return fault === null ? envelopeIssues(value, now, PushedEnvelopeSchema) : [{ path: [], message: fault }];
}

/** The answer to a removal: 204 when the snapshot is gone. */
export function removalAnswer(id: string, removal: Removal | StoreError): Answer {
  if (removal instanceof StoreError) return { problem: storeProblem(removal) };
  switch (removal) {
    case 'removed':
      return { status: 204 };
    case 'absent':
      return { problem: UNKNOWN_SNAPSHOT };
    case 'unreadable':
      return { problem: snapshotUnreadable({ status: 'unreadable', id, message: 'is not a snapshot' }) };
    case 'busy':
      return { problem: SNAPSHOT_BUSY };
  }
}
