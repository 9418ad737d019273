import { z } from 'zod';
import type { Endpoint } from '../contenders/contender.js';
import type { PayloadRequest } from '../payloads.js';
import type { SubjectName } from '../subjects.js';

/** What a fresh process is to do. */
export interface ColdTask {
  readonly subject: SubjectName;
  readonly endpoint: Endpoint;
  readonly payloads: PayloadRequest;
}

/** What it tells of it. */
export const ColdOutcomeSchema = z.object({
  importMs: z.number(),
  wallMs: z.number(),
  cpuMs: z.number(),
  peakBytes: z.number(),
  told: z.array(
    z.object({
      regionId: z.string(),
      status: z.enum(['persisted', 'duplicate', 'failed']),
      doneMs: z.number(),
    }),
  ),
});
export type ColdOutcome = z.infer<typeof ColdOutcomeSchema>;
