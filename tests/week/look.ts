import { z } from 'zod';
import { readHeads } from '../../public/app/heads.js';
import { readHealth } from '../../public/app/health.js';
import { NO_DATA } from '../../public/app/loader.js';
import { readRuns } from '../../public/app/runs.js';
import { viewService } from '../../public/app/service.js';
import type { Reply } from '../support/serve-handler.js';

/** What somebody sees who looks at the service. */
export interface Look {
  readonly at: number;
  readonly health: { readonly status: string; readonly reasons: readonly string[] };
  /** How many regions are in each regime but `normal`, as stored. */
  readonly regimes: Readonly<Record<string, number>>;
  readonly page: { readonly headline: string; readonly advice: string; readonly facts: readonly string[] };
}

const HealthSchema = z.object({ status: z.string(), reasons: z.array(z.object({ message: z.string() })) });
const ProblemSchema = z.object({ title: z.string(), detail: z.string().nullable().default(null) });

/**
 * Asks `/api/health`, and what the status page asks beside it, and judges the answers as the page does.
 *
 * @param now epoch ms
 */
export async function lookAt(get: (path: string) => Promise<Reply>, now: number): Promise<Look> {
  const [health, regions, runs] = await Promise.all(['/api/health', '/api/regions', '/api/runs'].map(get));
  if (health === undefined || regions === undefined || runs === undefined)
    throw new Error('three were asked');
  const { status, reasons } = HealthSchema.parse(JSON.parse(health.text));
  const heads = part(regions, readHeads);
  const page = viewService(
    {
      ...NO_DATA,
      heads,
      runs: part(runs, readRuns),
      health: readHealth({ ok: true, data: JSON.parse(health.text) }, now),
    },
    now,
  );
  const { headline, advice, facts } = page;
  return {
    at: now,
    health: { status, reasons: reasons.map(({ message }) => message) },
    regimes: regimesOf(heads.data ?? []),
    page: { headline, advice, facts },
  };
}

function regimesOf(heads: ReturnType<typeof readHeads>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { head } of heads) {
    const label = head?.label ?? 'nothing stored';
    if (label !== 'normal') counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

function part<T>({ status, text }: Reply, read: (json: unknown) => T) {
  const json: unknown = JSON.parse(text);
  if (status === 200) return { data: read(json), problem: null };
  return { data: null, problem: { status, ...ProblemSchema.parse(json) } };
}
