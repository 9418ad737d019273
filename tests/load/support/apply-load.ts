import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { type RunReport, RunReportSchema } from '../../../lib/runs/report.js';
import { callCron } from '../../../local/cron.js';
import type { Stack } from '../../../local/stack.js';
import { makeSnapshot } from '../../support/snapshots.js';

export interface Load {
  /** Cron calls at once. */
  readonly crons: number;
  /** Pushes at once, beside them. */
  readonly pushes: number;
}

/** What one call was answered. */
export interface LoadAnswer {
  readonly status: number;
  /** null when the body is no report. */
  readonly report: RunReport | null;
}

const CRON = '/api/cron/persist-regions';
const PUSH = '/api/snapshots';
/** Pushes repeat each other: there are so many different ones. */
const PARCELS = 20;

/** Makes all calls at the same moment and waits for the last answer. */
export async function applyLoad(stack: Stack, { crons, pushes }: Load): Promise<LoadAnswer[]> {
  return Promise.all([
    ...Array.from({ length: crons }, () => cron(stack)),
    ...Array.from({ length: pushes }, (_, i) => push(stack, i % PARCELS)),
  ]);
}

async function cron({ functions, cronSecret }: Stack): Promise<LoadAnswer> {
  const call = { url: functions.url + CRON, secret: cronSecret, schedule: '0 0 * * *' };
  const { status, body } = await callCron(call);
  return { status, report: reportIn(body) };
}

async function push({ functions, cronSecret }: Stack, parcel: number): Promise<LoadAnswer> {
  const snapshots = REGION_IDS.slice(parcel % 4, (parcel % 4) + 3).map((regionId) =>
    makeSnapshot(regionId, { content: `parcel ${parcel}` }),
  );
  const response = await fetch(functions.url + PUSH, {
    method: 'POST',
    headers: { authorization: `Bearer ${cronSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ snapshots }),
  });
  return { status: response.status, report: reportIn(await response.text()) };
}

function reportIn(body: string): RunReport | null {
  try {
    return RunReportSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
