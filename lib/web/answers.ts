import { z } from 'zod';
import { RegionIdSchema } from '../hazards/regions/regions.js';
import { SnapshotIdSchema } from '../persister/record.js';
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
            'Where the region differs from that of the World Bank, or surprises; null where it does not.',
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
    .describe('`degraded`: every region is fresh, but something is amiss that the next runs may mend.'),
  staleAfterMs: z.int().describe('The age at which a snapshot becomes stale, in milliseconds.'),
  reasons: z.array(HealthReasonSchema).describe('Why it is not ok, the gravest first; empty when it is.'),
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
