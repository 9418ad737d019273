import { z } from 'zod';
import { REGION_IDS, type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import type { UnreadableSnapshot } from '../persister/reads.js';
import { SnapshotIdSchema } from '../persister/record.js';
import type { StoreError } from '../persister/upstash/error.js';
import { RunReportSchema } from '../runs/report.js';

/** The answers of the read routes. Snapshots themselves are answered as they are stored. */

const epochMs = z.int().describe('Epoch milliseconds, UTC.');
const score = z
  .number()
  .nullable()
  .describe('Pressure, 0 to 1; null when it is unknown or the snapshot has none.');

export const RegionHeadSchema = z.object({
  id: SnapshotIdSchema,
  generatedAt: epochMs,
  regime: z
    .object({
      label: z.string(),
      previousLabel: z.string().nullable(),
      transitionedAt: z.int().nullable().describe('Epoch milliseconds; null before the first transition.'),
      transitionDriver: z.string().nullable(),
    })
    .nullable()
    .describe('null when a pushed snapshot has no regime with a label.'),
  pressureScore: score,
});

export const RegionsAnswerSchema = z.object({
  regions: z
    .array(
      z.object({
        regionId: RegionIdSchema,
        label: z.string(),
        note: z
          .string()
          .nullable()
          .describe(
            'Where the region differs from that of the World Bank, or may surprise; null where it does not.',
          ),
        head: RegionHeadSchema.nullable().describe('null while nothing is stored.'),
      }),
    )
    .describe('All regions, always in the same order.'),
});
/** The newest state of every region. */
export type RegionsAnswer = z.infer<typeof RegionsAnswerSchema>;

export const HistoryAnswerSchema = z.object({
  regionId: RegionIdSchema,
  entries: z
    .array(
      z.object({
        id: SnapshotIdSchema,
        generatedAt: epochMs,
        regimeLabel: z.string().nullable(),
        pressureScore: score,
      }),
    )
    .describe('Newest first.'),
  next: z.string().nullable().describe('Relative URL of the next page; null on the last one.'),
});
/** A page of the history of a region. */
export type HistoryAnswer = z.infer<typeof HistoryAnswerSchema>;

export const RunsAnswerSchema = z.object({
  runs: z.array(RunReportSchema).describe('Newest first.'),
  unreadable: z.int().min(0).describe('Stored entries that could not be read as run reports.'),
});
/** The reports of the last runs. */
export type RunsAnswer = z.infer<typeof RunsAnswerSchema>;

export const HealthReasonSchema = z.object({
  code: z.string().describe('Stable, for programs: `region-failed`, `input-unheard`, `region-stale` …'),
  message: z.string(),
  regionId: RegionIdSchema.optional(),
  input: z.string().optional(),
  since: z.iso.datetime().optional().describe('When it began, as far as the stored reports go back.'),
});
export type HealthReason = z.infer<typeof HealthReasonSchema>;

export const HealthAnswerSchema = z.object({
  status: z
    .enum(['ok', 'degraded', 'stale', 'unreachable'])
    .describe('`degraded`: every region is fresh, but something is wrong that the next runs may fix.'),
  staleAfterMs: z.int().describe('The age at which a snapshot becomes stale, in milliseconds.'),
  reasons: z
    .array(HealthReasonSchema)
    .default([])
    .describe('Why it is not ok, the gravest first; empty when it is.'),
  regions: z.array(
    z.object({
      regionId: RegionIdSchema,
      ageMs: z
        .int()
        .min(0)
        .nullable()
        .describe('Age of the latest snapshot in milliseconds; null when there is none or it is unknown.'),
    }),
  ),
  message: z.string().optional().describe('Why the store could not be read.'),
});
/** Whether the regions are being stored. */
export type HealthAnswer = z.infer<typeof HealthAnswerSchema>;

/** An error answer as `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  /** What is wrong with each part of a request or a configuration. */
  readonly errors?: readonly { readonly at: string; readonly message: string }[];
  /** The regions that exist. */
  readonly regions?: readonly string[];
  /** The snapshot in question. */
  readonly snapshotId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `problemBody` returns. */
export const ProblemBodySchema = z.object({
  type: z.url().describe('Leads to what the code means and what to do.'),
  status: z.int().min(400).max(599),
  code: z.string().describe('Stable, for programs.'),
  title: z.string(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ at: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong with each part of a request or a configuration.'),
  regions: z.array(RegionIdSchema).optional().describe('The regions that exist.'),
  snapshotId: SnapshotIdSchema.optional().describe('The snapshot in question.'),
});

/** Where the codes are explained: `repository` of package.json, and the page of the runbook. */
export const RUNBOOK_URL = 'https://github.com/YOUR-NAME/region-persister/blob/main/docs/operations.md';

/** The body of a problem. Its `type` leads to the entry of its code in the runbook. */
export function problemBody({ headers: _headers, ...problem }: Problem): Record<string, unknown> {
  return { type: `${RUNBOOK_URL}#${problem.code}`, ...problem };
}

export function badRequest(detail: string, errors?: Problem['errors']): Problem {
  const problem: Problem = { status: 400, code: 'bad-request', title: 'The request is not valid', detail };
  return errors === undefined ? problem : { ...problem, errors };
}

export const BAD_URL = badRequest('the request URL is not valid');

export const UNKNOWN_REGION: Problem = {
  status: 404,
  code: 'unknown-region',
  title: 'There is no such region',
  detail: `The regions are ${REGION_IDS.join(', ')}`,
  regions: REGION_IDS,
};

/** Also for an id that no snapshot can have: either way, none exists. */
export const UNKNOWN_SNAPSHOT: Problem = {
  status: 404,
  code: 'unknown-snapshot',
  title: 'There is no such snapshot',
  detail: 'It was never stored, or has expired. The history of each region lists the snapshots that are kept',
  regions: REGION_IDS,
};

export function noSnapshot(regionId: RegionId): Problem {
  const detail = `Nothing has been stored for ${regionId} yet`;
  return { status: 404, code: 'no-snapshot', title: 'The region has no snapshot', detail };
}

export function snapshotUnreadable({ id, message }: UnreadableSnapshot): Problem {
  return {
    status: 502,
    code: 'snapshot-unreadable',
    title: 'A stored snapshot cannot be read',
    detail: `The snapshot ${id} ${message}`,
    snapshotId: id,
  };
}

/** Its region was being written to during each attempt to remove it. */
export const SNAPSHOT_BUSY: Problem = {
  status: 503,
  code: 'snapshot-busy',
  title: 'The snapshot was not removed',
  detail: 'Its region was being written to at the same time. Try again',
  headers: { 'retry-after': '1' },
};

/** States of the store that a retry does not change: its operator has to act. */
const STORE_STATES: Readonly<Record<string, string>> = {
  'store-quota': "The plan's requests are used up",
  'store-full': 'The store is full',
  'store-request-too-large': 'The store does not accept a request of this size',
  'store-command-refused': 'The store refuses a command',
  'store-unauthorised': 'The store does not accept the token',
  'store-url-invalid': 'The address of the store is not valid',
};

/** 502 when the store returned something that does not belong there; otherwise 503, and a retry may help. */
export function storeProblem({ code, message, retryAfterMs }: StoreError): Problem {
  if (code === 'redis-wrongtype' || code === 'store-bad-answer') {
    return { status: 502, code: 'store-unreadable', title: 'The store cannot be read', detail: message };
  }
  const problem: Problem = { status: 503, ...stateOf(code), detail: message };
  if (retryAfterMs === undefined) return problem;
  return { ...problem, headers: { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` } };
}

/** What is wrong with the store. It is unreachable only when it did not answer, or too late. */
function stateOf(code: string): Pick<Problem, 'code' | 'title'> {
  const title = STORE_STATES[code];
  if (title !== undefined) return { code, title };
  if (UNREACHABLE.has(code)) return { code: 'store-unreachable', title: 'The store cannot be reached' };
  return { code: 'store-unavailable', title: 'The store cannot answer at the moment' };
}

const UNREACHABLE = new Set(['store-unreachable', 'store-timeout', 'deadline']);
