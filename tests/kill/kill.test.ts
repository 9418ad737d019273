import { describe, expect, it, vi } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { summarise } from '../../lib/hazards/snapshot.js';
import { LEASE_GRACE_MS } from '../../lib/persister/lane.js';
import { createStore } from '../../lib/persister/upstash/store.js';
import { createRunner, type RunResult } from '../../lib/runs/run.js';
import { snapshotHash } from '../../lib/runs/snapshot.js';
import type { FaultRule } from '../../local/upstash/fault-rules.js';
import { indexAndTrendAgree, pointersNameTheNewest } from '../faults/suite/invariants/newest.js';
import { storedOnce } from '../faults/suite/invariants/once.js';
import { readKeySpace } from '../faults/suite/key-space.js';
import { expireClaims } from '../faults/suite/leases.js';
import { contentOf, sourceOf } from '../faults/suite/play-run.js';
import { type Stage, startStage } from '../faults/suite/stage.js';
import { makeSnapshot } from '../support/snapshots.js';
import type { KillPoint } from './support/kill-point.js';
import { BUDGET_MS, killRunAt } from './support/kill-run.js';

// Each point costs a process, which takes its time to start where others compute, too.
vi.setConfig({ testTimeout: 120_000, maxConcurrency: 3 });

const CONTENT = 1;
const REFUSED_COMMITS: FaultRule[] = [{ match: { phase: 'commit' }, fault: { kind: 'unauthorised' } }];
const SLOW_DOWN: FaultRule[] = [
  { match: { phase: 'commit' }, fault: { kind: 'status', status: 429, headers: { 'retry-after': '5' } } },
];

const held = (phase: KillPoint['phase'], nth: number): KillPoint[] =>
  (['unexecuted', 'executed'] as const).map((when) => ({
    name: `${phase} ${nth}, ${when}`,
    phase,
    nth,
    when,
  }));

const POINTS: readonly KillPoint[] = [
  ...held('heads', 1),
  ...[1, 4, 8].flatMap((nth) => held('claim', nth)),
  { name: 'between claim and commit', phase: 'claim', nth: 8, when: 'answered' },
  ...[1, 4, 8].flatMap((nth) => held('commit', nth)),
  {
    name: 'the wait before a commit is repeated',
    phase: 'commit',
    nth: 8,
    when: 'answered',
    faults: SLOW_DOWN,
  },
  { name: "the wait for another's claim", phase: 'claim', nth: 9, when: 'answered', contested: true },
  ...[1, 8].flatMap((nth) => held('settle', nth).map((point) => ({ ...point, faults: REFUSED_COMMITS }))),
  ...held('report', 1),
];

/** Found out when: a claim is taken without a lease. */
describe('a run that is killed', () => {
  it.concurrent.each(POINTS.map((point) => [point.name, point] as const))(
    'at %s is healed',
    async (_, point) => {
      const stage = await startStage();
      try {
        if (point.contested) await contest(stage);
        await killRunAt(stage, point, CONTENT);
        expect(await faultsOf(stage)).toEqual([]);
        expect(await longestLease(stage)).toBeLessThanOrEqual(BUDGET_MS + LEASE_GRACE_MS);

        const [before, claimed] = [await storedRegions(stage), await claimedRegions(stage)];
        expect(await statuses(stage)).toEqual(
          // Before the leases are out, nothing fails, and nothing is waited for that nobody has claimed.
          REGION_IDS.map((id) =>
            before.has(id) ? 'duplicate' : claimed.has(id) ? 'in-flight' : 'persisted',
          ),
        );

        await expireClaims(stage.redis, stage.keys, BUDGET_MS);
        expect(await statuses(stage)).toEqual(
          REGION_IDS.map((id) => (claimed.has(id) ? 'persisted' : 'duplicate')),
        );
        expect(await faultsOf(stage)).toEqual([]);
        expect(await storedRegions(stage)).toEqual(new Set(REGION_IDS));
      } finally {
        await stage.close();
      }
    },
  );
});

/** Another writer, which is alive, has claimed what the run is about to bring. */
async function contest({ redis, keys }: Stage): Promise<void> {
  for (const id of REGION_IDS) {
    const hash = snapshotHash(makeSnapshot(id, { content: contentOf(CONTENT) }));
    await redis.set(keys.dedup(id, hash), 'claim:another.1', {
      expiration: { type: 'PX', value: BUDGET_MS },
    });
  }
}

/** An undisturbed run over all regions, and what it says of each. */
async function statuses(stage: Stage): Promise<string[]> {
  const { url, token } = stage.gateway;
  const store = createStore({ url, token, namespace: stage.namespace });
  const runner = createRunner({
    store,
    environment: 'test',
    budgetMs: BUDGET_MS,
    random: () => 0,
    summarise,
  });
  const request = {
    source: sourceOf(CONTENT),
    regionIds: REGION_IDS,
    trigger: 'cron',
    dryRun: false,
  } as const;
  const { report }: RunResult = await runner.run(request);
  return report.regions.map(({ status }) => status);
}

async function faultsOf({ redis, keys }: Stage): Promise<string[]> {
  const stored = await readKeySpace(redis, keys, REGION_IDS);
  const pointers = [...stored.regions.values()].map((region) => region.pointers);
  return [...storedOnce(stored), ...indexAndTrendAgree(stored), ...pointersNameTheNewest(pointers)];
}

async function storedRegions({ redis, keys }: Stage): Promise<Set<string>> {
  const { regions } = await readKeySpace(redis, keys, REGION_IDS);
  return new Set([...regions].filter(([, { index }]) => index.length > 0).map(([id]) => id));
}

async function claims({ redis, keys }: Stage): Promise<string[]> {
  const names = await redis.keys(keys.dedup('*', '*'));
  const values = await Promise.all(names.map((name) => redis.get(name)));
  return names.filter((_, i) => values[i]?.startsWith('claim:'));
}

async function claimedRegions(stage: Stage): Promise<Set<string>> {
  const names = await claims(stage);
  return new Set(REGION_IDS.filter((id) => names.some((name) => name.includes(`dedup:${id}:`))));
}

/** In ms; 0 when there is none. */
async function longestLease(stage: Stage): Promise<number> {
  const names = await claims(stage);
  return Math.max(0, ...(await Promise.all(names.map((name) => stage.redis.pTTL(name)))));
}
