import { z } from 'zod';
import { RegionIdSchema } from '../regions.js';
import { SnapshotIdSchema } from '../snapshot.js';

/** An error answer as `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  /** What was wrong with each part of a request or a configuration. */
  readonly errors?: readonly { readonly at: string; readonly message: string }[];
  /** The regions that there are. */
  readonly regions?: readonly string[];
  /** The snapshot that it is about. */
  readonly snapshotId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `problemBody` makes of a problem. */
export const ProblemBodySchema = z.object({
  type: z.literal('about:blank'),
  status: z.int().min(400).max(599),
  code: z.string().describe('Stable, for programs.'),
  title: z.string(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ at: z.string(), message: z.string() }))
    .optional()
    .describe('What was wrong with each part of a request or a configuration.'),
  regions: z.array(RegionIdSchema).optional().describe('The regions that there are.'),
  snapshotId: SnapshotIdSchema.optional().describe('The snapshot that it is about.'),
});

/** The body of a problem. `type` is about:blank: `status` and `code` say all there is to say. */
export function problemBody({ headers: _headers, ...problem }: Problem): Record<string, unknown> {
  return { type: 'about:blank', ...problem };
}

export function badRequest(detail: string, errors?: Problem['errors']): Problem {
  const problem: Problem = { status: 400, code: 'bad-request', title: 'The request is not valid', detail };
  return errors === undefined ? problem : { ...problem, errors };
}
