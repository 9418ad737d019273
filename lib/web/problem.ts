import { z } from 'zod';
import { REGION_IDS, type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import type { UnreadableSnapshot } from '../persister/reads.js';
import { SnapshotIdSchema } from '../persister/record.js';
import type { StoreError } from '../persister/upstash/error.js';

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
  type: z.literal('about:blank'),
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

/** The body of a problem. Its `type` is about:blank because `status` and `code` say everything. */
export function problemBody({ headers: _headers, ...problem }: Problem): Record<string, unknown> {
  return { type: 'about:blank', ...problem };
}

export function badRequest(detail: string, errors?: Problem['errors']): Problem {
  const problem: Problem = { status: 400, code: 'bad-request', title: 'The request is not valid', detail };
  return errors === undefined ? problem : { ...problem, errors };
}

export const BAD_URL = badRequest('the URL of the request is not valid');

export const UNKNOWN_REGION: Problem = {
  status: 404,
  code: 'unknown-region',
  title: 'There is no such region',
  detail: `The regions are ${REGION_IDS.join(', ')}`,
  regions: REGION_IDS,
};

/** Also for an id that no snapshot can have: either way there is none. */
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

/** States of the store that asking again does not change: its operator has to act. */
const STORE_STATES: Readonly<Record<string, string>> = {
  'store-quota': "The plan's requests are used up",
  'store-full': 'The store is full',
  'store-request-too-large': 'The store does not take a request of this size',
  'store-command-refused': 'The store refuses a command',
  'store-unauthorised': 'The store does not accept the token',
  'store-url-invalid': 'The address of the store is not valid',
};

/** 502 when the store answered with something that it should not hold; otherwise 503, and asking again may help. */
export function storeProblem({ code, message, retryAfterMs }: StoreError): Problem {
  if (code === 'redis-wrongtype' || code === 'store-bad-answer') {
    return { status: 502, code: 'store-unreadable', title: 'The store cannot be read', detail: message };
  }
  const problem: Problem = { status: 503, ...stateOf(code), detail: message };
  if (retryAfterMs === undefined) return problem;
  return { ...problem, headers: { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` } };
}

/** What is the matter with the store. Only what did not answer, or did so too late, is unreachable. */
function stateOf(code: string): Pick<Problem, 'code' | 'title'> {
  const title = STORE_STATES[code];
  if (title !== undefined) return { code, title };
  if (UNREACHABLE.has(code)) return { code: 'store-unreachable', title: 'The store cannot be reached' };
  return { code: 'store-unavailable', title: 'The store cannot answer at the moment' };
}

const UNREACHABLE = new Set(['store-unreachable', 'store-timeout', 'deadline']);
