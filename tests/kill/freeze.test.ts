import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import type { RegionReport } from '../../lib/runs/report.js';
import { createRunner } from '../../lib/runs/run.js';
import type { FaultRule } from '../../local/upstash/fault-rules.js';
import { indexAndTrendAgree, pointersNameTheNewest } from '../faults/suite/invariants/newest.js';
import { storedOnce } from '../faults/suite/invariants/once.js';
import { type KeySpace, readKeySpace } from '../faults/suite/key-space.js';
import { expireClaims } from '../faults/suite/leases.js';
import { sourceOf } from '../faults/suite/play-run.js';
import { type Stage, startStage } from '../faults/suite/stage.js';
import type { KillPoint } from './support/kill-point.js';
import { BUDGET_MS, freezeRunAt } from './support/kill-run.js';

vi.setConfig({ testTimeout: 120_000, maxConcurrency: 3 });

const CONTENT = 1;
/** Long enough for a process to come to its commits on a busy machine. */
const SHORT_BUDGET_MS = 4_000;
const REFUSED: FaultRule[] = [
  { match: { phase: 'commit', nth: { to: 8 } }, fault: { kind: 'unauthorised' } },
];

interface FreezePoint extends KillPoint {
  /** Its whole budget passes while it is frozen, not only its leases. */
  readonly beyondBudget?: boolean;
}

const late = (phase: KillPoint['phase'], nth: number): FreezePoint => ({
  name: `${phase} ${nth}, executed when it goes on`,
  phase,
  nth,
  when: 'late',
});
const answered = (phase: KillPoint['phase'], nth: number): FreezePoint => ({
  name: `${phase} ${nth}, answered`,
  phase,
  nth,
  when: 'answered',
});

const POINTS: readonly FreezePoint[] = [
  late('claim', 1),
  late('claim', 8),
  answered('claim', 8),
  late('commit', 1),
  late('commit', 8),
  answered('commit', 8),
  { ...late('settle', 8), faults: REFUSED },
  ...[late('commit', 1), answered('commit', 8)].map((point) => ({
    ...point,
    name: `${point.name}, after its budget`,
    beyondBudget: true,
  })),
];

/**
 * A platform may stop a function for as long as it likes and let it go on in the middle: past its leases, when another
 * run has stored the same contents.
 *
 * Found out when: publish does not look whether the claim is still its own.
 */
describe('a run that is frozen past its leases', () => {
  it.concurrent.each(POINTS.map((point) => [point.name, point] as const))(
    'at %s tells the truth and stores nothing twice',
    async (_, point) => {
      let goOn: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const stage = await startStage({ wait: () => released });
      try {
        const budgetMs = point.beyondBudget ? SHORT_BUDGET_MS : BUDGET_MS;
        const report = await freezeRunAt(stage, point, {
          content: CONTENT,
          budgetMs,
          async meanwhile() {
            if (point.beyondBudget) await sleep(SHORT_BUDGET_MS);
            await expireClaims(stage.redis, stage.keys, budgetMs);
            expect(await anotherRun(stage)).toMatchObject({ failed: 0, inFlight: 0 });
            goOn();
          },
        });
        const stored = await readKeySpace(stage.redis, stage.keys, REGION_IDS);
        expect(faultsOf(stored)).toEqual([]);
        expect(report.regions.map((region) => lieOf(region, stored)).filter((lie) => lie !== null)).toEqual(
          [],
        );
        // With time left, it finds what the other run has stored, or its own.
        const { persisted, duplicate } = report.counts;
        const mayFail = point.beyondBudget || point.faults !== undefined;
        if (!mayFail) expect(persisted + duplicate).toBe(REGION_IDS.length);
      } finally {
        goOn();
        await stage.close();
      }
    },
  );
});

/** A run in this process over the same contents, undisturbed by anybody's claims. */
async function anotherRun({ gateway: { url, token }, namespace }: Stage) {
  const store = createStore({ url, token, namespace });
  const runner = createRunner({ store, environment: 'test', budgetMs: BUDGET_MS });
  const { report } = await runner.run({
    source: sourceOf(CONTENT),
    regionIds: REGION_IDS,
    trigger: 'cron',
    dryRun: false,
  });
  return report.counts;
}

function faultsOf(stored: KeySpace): string[] {
  const pointers = [...stored.regions.values()].map((region) => region.pointers);
  return [...storedOnce(stored), ...indexAndTrendAgree(stored), ...pointersNameTheNewest(pointers)];
}

/** What is wrong with what it says of one region; null when nothing is. */
function lieOf(region: RegionReport, { snapshots }: KeySpace): string | null {
  const own = snapshots.has(region.snapshotId ?? '');
  switch (region.status) {
    case 'persisted':
      return own ? null : `${region.regionId} is persisted, and not there`;
    case 'duplicate':
      return snapshots.has(region.duplicateOf) ? null : `${region.regionId} duplicates what is not there`;
    case 'in-flight':
      return `${region.regionId} is in flight, and nobody has claimed it`;
    case 'failed':
      return own && region.stored === 'no' ? `${region.regionId} is not stored, and it is` : null;
    case 'current':
      return own ? null : `${region.regionId} is current, and not there`;
  }
}
