import { describe, expect, it } from 'vitest';
import { type RunReport, RunReportSchema } from '../../lib/runs/report.js';
import { readRuns } from '../../public/app/runs.js';
import { layOutRun, sequentialWriter } from '../../public/app/waterfall.js';

type Times = readonly [startMs: number, claimMs: number, commitMs: number];

function runOf(times: readonly Times[], changes: Partial<RunReport> = {}) {
  const report = RunReportSchema.parse({
    runId: 'r1',
    trigger: 'cron',
    environment: 'production',
    startedAt: '2026-08-03T14:20:31.000Z',
    durationMs: 800,
    budgetMs: 50_000,
    dryRun: false,
    counts: { persisted: times.length, duplicate: 0, current: 0, inFlight: 0, failed: 0 },
    inputs: [{ input: 'usgs', status: 'ok', events: 3, durationMs: 200 }],
    regions: times.map(([startMs, claimMs, commitMs], i) => ({
      regionId: `region-${i}`,
      status: 'persisted',
      snapshotId: 's',
      attempts: 2,
      startMs,
      claimMs,
      commitMs,
    })),
    redis: { requests: 4, commands: 6 },
    ...changes,
  });
  const [run] = readRuns({ runs: [report] });
  if (run === undefined) throw new Error('the run was not read');
  return run;
}

describe('sequentialWriter', () => {
  it('lays the claim and commit times of the run end to end', () => {
    const { regions } = runOf([
      [300, 100, 120],
      [310, 90, 140],
    ]);
    expect(sequentialWriter(regions)).toEqual({
      parts: [
        { startMs: 300, ms: 220 },
        { startMs: 520, ms: 230 },
      ],
      endMs: 750,
      totalMs: 450,
      parallelMs: 240,
    });
  });

  it('has nothing to compare when fewer than two regions reached the store', () => {
    const { regions } = runOf([
      [300, 100, 120],
      [0, 0, 0],
    ]);
    expect(sequentialWriter(regions)).toBeNull();
  });
});

describe('layOutRun', () => {
  const times: Times[] = [
    [300, 100, 120],
    [310, 90, 140],
  ];

  it('puts the commit where the claim ends', () => {
    const { claim, commit } = layOutRun(runOf(times)).regions[0] ?? {};
    expect(claim?.x).toBeGreaterThan(0);
    expect(commit?.x).toBeCloseTo((claim?.x ?? 0) + (claim?.width ?? 0), 10);
    expect((commit?.width ?? 0) / (claim?.width ?? 1)).toBeCloseTo(1.2, 10);
  });

  it('keeps all bars on the axis, the ghost too', () => {
    const slow = runOf(Array.from({ length: 8 }, () => [100, 300, 300]));
    const { regions, sequential } = layOutRun(slow);
    const bars = [...regions.flatMap(({ claim, commit }) => [claim, commit]), ...(sequential?.bars ?? [])];
    expect(bars).toHaveLength(24);
    for (const { x, width } of bars) expect(x + width).toBeLessThan(0.94);
  });

  it('breaks the axis before a deadline that lies far behind', () => {
    const { deadline, ticks } = layOutRun(runOf(times));
    expect(deadline).toMatchObject({ ms: 50_000, toScale: false });
    expect(ticks.every(({ x }) => x < 0.94)).toBe(true);
  });

  it('draws the deadline to scale when the run comes near it', () => {
    const { deadline, regions } = layOutRun(runOf([[100, 700, 0]], { budgetMs: 1_000 }));
    expect(deadline?.toScale).toBe(true);
    expect((regions[0]?.claim.width ?? 0) / (deadline?.x ?? 1)).toBeCloseTo(0.7, 10);
  });

  it('draws a run that outlasted its deadline past the line', () => {
    const { deadline, regions } = layOutRun(runOf([[0, 1_500, 0]], { durationMs: 1_500, budgetMs: 1_000 }));
    expect(deadline?.x).toBeLessThan(regions[0]?.claim.width ?? 0);
  });

  it('stands without regions, inputs or times', () => {
    const layout = layOutRun(runOf([], { durationMs: 0, inputs: [] }));
    expect(layout).toMatchObject({ regions: [], inputs: [], sequential: null });
  });
});
