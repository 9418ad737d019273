import type { Page } from 'playwright-core';
import { REGION_IDS } from '../../../../lib/hazards/regions/regions.js';
import { RegionsAnswerSchema } from '../../../../lib/web/answers.js';
import { SLOT_MS, slotOf } from '../../../../public/app/slots.js';

const HOUR_MS = 60 * 60_000;
const DAYS = 7;
const INPUTS = ['gdacs-eq', 'gdacs-tc', 'gdacs-fl', 'gdacs-dr', 'gdacs-vo', 'gdacs-wf', 'usgs'];

/** A past that takes a week to happen: what the API says of it, with everything else as the stack answers it. */
export interface ServiceState {
  /** When the reader looks, epoch ms. */
  readonly now: number;
  readonly runs: readonly object[];
  readonly health: { readonly status: number; readonly body: object };
  /** Age of each region's snapshot, in ms. */
  readonly ages: ReadonlyMap<string, number>;
}

/** What went wrong in a run. */
interface Trouble {
  readonly failed?: readonly string[];
  readonly silent?: readonly string[];
  /** What an earlier run of the slot had stored. */
  readonly current?: readonly string[];
}

/** Six hours ahead of now, so that whole slots lie between the real snapshots and the reader. */
const PRESENT = slotOf(Date.now()) + SLOT_MS;

/** Seven quiet days, but for a region caught up on Tuesday and a slot that nobody called. */
function quietWeek(until: number): object[] {
  const runs: object[] = [];
  for (let start = PRESENT - DAYS * 4 * SLOT_MS; start < until; start += SLOT_MS) {
    const back = (PRESENT - start) / SLOT_MS;
    if (back === 9) continue;
    const failed = back === 17 ? ['latam', 'europe'] : [];
    runs.push(run(start, 0.2, { failed }));
    const stored = REGION_IDS.filter((id) => !failed.includes(id));
    runs.push(run(start, 60.2, { current: stored }));
  }
  return runs;
}

function run(slot: number, minutes: number, { failed = [], silent = [], current = [] }: Trouble = {}) {
  const startedAt = slot + minutes * 60_000;
  const regions = REGION_IDS.map((regionId, i) => {
    const times = { regionId, attempts: 2, startMs: 180, claimMs: 101 + i, commitMs: 104 + i };
    if (current.includes(regionId))
      return { ...times, status: 'current', snapshotId: `s-${slot}`, attempts: 0, claimMs: 0, commitMs: 0 };
    if (failed.includes(regionId)) return { ...times, ...FAILURE };
    return { ...times, status: 'persisted', snapshotId: `s-${slot}` };
  });
  const count = (status: string) => regions.filter((region) => region.status === status).length;
  return {
    runId: `run-${startedAt}`,
    trigger: 'cron',
    environment: 'production',
    startedAt: new Date(startedAt).toISOString(),
    slot: new Date(slot).toISOString(),
    durationMs: 412,
    budgetMs: 50_000,
    dryRun: false,
    counts: {
      persisted: count('persisted'),
      duplicate: 0,
      current: count('current'),
      inFlight: 0,
      failed: count('failed'),
    },
    inputs: current.length === REGION_IDS.length ? [] : INPUTS.map((input) => inputOf(input, silent)),
    regions,
    redis: { requests: 17, commands: 41 },
    reportStored: true,
  };
}

const FAILURE = {
  status: 'failed',
  phase: 'commit',
  code: 'store-timeout',
  message: 'The store did not answer in time.',
  stored: 'no',
  attempts: 6,
};

function inputOf(input: string, silent: readonly string[]) {
  return silent.includes(input)
    ? { input, status: 'failed', events: 0, skipped: 0, durationMs: 120, message: 'answered 503' }
    : { input, status: 'ok', events: 3, skipped: 0, durationMs: 90 };
}

function stateOf(now: number, runs: object[], health: object, ageMs: (regionId: string) => number) {
  const ages = new Map(REGION_IDS.map((id) => [id as string, ageMs(id)]));
  const status = 'status' in health && health.status === 'stale' ? 503 : 200;
  const regions = REGION_IDS.map((regionId) => ({ regionId, ageMs: ageMs(regionId) }));
  const body = { staleAfterMs: 8 * HOUR_MS, regions, ...health };
  return { now, runs: runs.toReversed(), health: { status, body }, ages };
}

export function allWell(): ServiceState {
  const runs = [...quietWeek(PRESENT), run(PRESENT, 0.2)];
  return stateOf(PRESENT + 13 * 60_000, runs, { status: 'ok', reasons: [] }, () => 12 * 60_000);
}

/** Nobody has called in this slot, nor will any more; what is stored is not too old yet. */
export function late(): ServiceState {
  const previous = PRESENT - SLOT_MS;
  const runs = [...quietWeek(previous), run(previous, 60.2)];
  return stateOf(PRESENT + 2.1 * HOUR_MS, runs, { status: 'ok', reasons: [] }, () => 7.1 * HOUR_MS);
}

/** mena failed at the beginning of the slot and an hour later, and USGS was silent in both of the last slots. */
export function degraded(): ServiceState {
  const previous = PRESENT - SLOT_MS;
  const silent = ['usgs'];
  const others = REGION_IDS.filter((id) => id !== 'mena');
  const runs = [
    ...quietWeek(previous),
    run(previous, 0.2, { silent }),
    run(PRESENT, 0.2, { silent, failed: ['mena'] }),
    run(PRESENT, 60.2, { silent, failed: ['mena'], current: others }),
  ];
  const since = (at: number) => new Date(at + 12_000).toISOString();
  const reasons = [
    {
      code: 'region-failed',
      message: 'mena failed in the last 2 runs: store-timeout',
      regionId: 'mena',
      since: since(PRESENT),
    },
    {
      code: 'input-unheard',
      message: 'usgs has not answered in full in the last 2 slots',
      input: 'usgs',
      since: since(previous),
    },
  ];
  const age = (id: string) => (id === 'mena' ? 7.5 : 1.5) * HOUR_MS;
  return stateOf(PRESENT + 1.5 * HOUR_MS, runs, { status: 'degraded', reasons }, age);
}

/** Every region has failed for nine hours. */
export function stale(): ServiceState {
  const previous = PRESENT - SLOT_MS;
  const failed = REGION_IDS;
  const runs = [
    ...quietWeek(previous),
    run(previous, 0.2, { failed }),
    run(previous, 60.2, { failed }),
    run(PRESENT, 0.2, { failed }),
    run(PRESENT, 60.2, { failed }),
  ];
  const reasons = REGION_IDS.flatMap((regionId) => [
    { code: 'region-stale', message: `${regionId} was last stored 9 h ago`, regionId },
    { code: 'region-failed', message: `${regionId} failed in the last 4 runs: store-timeout`, regionId },
  ]);
  const now = PRESENT + 3 * HOUR_MS;
  return stateOf(now, runs, { status: 'stale', reasons }, () => 9.2 * HOUR_MS);
}

/** Answers with a state in place of the stack, and stops the page's clock at it. */
export async function show(page: Page, { now, runs, health, ages }: ServiceState): Promise<void> {
  await page.clock.setFixedTime(now);
  await page.route('**/api/health', (route) => route.fulfill({ status: health.status, json: health.body }));
  await page.route('**/api/runs', (route) => route.fulfill({ json: { runs, unreadable: 0 } }));
  await page.route('**/api/regions', async (route) => {
    const answer = RegionsAnswerSchema.parse(await (await route.fetch()).json());
    const regions = answer.regions.map(({ head, ...region }) => ({
      ...region,
      head: head && { ...head, generatedAt: now - (ages.get(region.regionId) ?? 0) },
    }));
    await route.fulfill({ json: { regions } });
  });
}
