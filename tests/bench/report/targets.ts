import { median } from '../measure/statistics.js';
import type { ImportTime, Row, Run, Scene, Target } from '../results.js';
import { CRON_FUNCTION } from '../scenes/import-times.js';

const LANES = 8;

/** Holds what was measured against what was promised; what was not measured is left out. */
export function judge(scenes: readonly Scene[], imports: readonly ImportTime[]): Target[] {
  return [
    ...judgeWarm(scenes),
    ...judgeWholeRun(scenes),
    ...judgeConnections(scenes),
    ...judgeGrowth(scenes),
    ...judgeSlowRegion(scenes),
    ...imports
      .filter(({ module }) => module === CRON_FUNCTION)
      .map(({ ms }) => atMost('importing the cron function, ms', 150, median(ms))),
  ];
}

function judgeWarm(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name, roundTripMs }) => name === 'warm' && roundTripMs === 100);
  const [ours, floor, sequential] = ['ours', 'two bare requests', 'sequential'].map((name) =>
    rowOf(scene, name),
  );
  if (scene === undefined || ours === undefined || floor === undefined || sequential === undefined) return [];
  return [
    atMost('8 warm at 100 ms, times two bare requests', 1.1, wall(ours) / wall(floor)),
    atLeast('8 warm at 100 ms, times faster than sequential', 7.5, wall(sequential) / wall(ours)),
    atMost('commands for each region', 3, most(ours, ({ traffic }) => traffic.commands) / scene.snapshots),
  ];
}

function judgeWholeRun(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name, isCold }) => name === 'whole-run' && !isCold);
  const [ours, floor] = ['our whole run', 'four bare requests'].map((name) => rowOf(scene, name));
  if (scene === undefined || ours === undefined || floor === undefined) return [];
  return [
    atMost('the whole run, times four bare requests', 1.1, wall(ours) / wall(floor)),
    atMost(
      'commands of the whole run',
      3 * scene.snapshots + 8,
      most(ours, ({ traffic }) => traffic.commands),
    ),
    atMost('CPU of the whole run, ms', 30, median(ours.runs.map(({ cpuMs }) => cpuMs))),
  ];
}

function judgeConnections(scenes: readonly Scene[]): Target[] {
  const rows = scenes
    .filter(({ isCold }) => isCold)
    .flatMap((scene) => [
      ...[rowOf(scene, 'ours'), rowOf(scene, 'our whole run')].filter((row) => row !== undefined),
    ]);
  if (rows.length === 0) return [];
  const worst = (of: (run: Run) => number) => Math.max(...rows.map((row) => most(row, of)));
  return [
    atMost(
      'connections from a fresh process',
      LANES,
      worst(({ traffic }) => traffic.connections),
    ),
    atMost(
      'of them opened after the claims',
      0,
      worst(({ traffic }) => traffic.lateConnections),
    ),
  ];
}

function judgeGrowth(scenes: readonly Scene[]): Target[] {
  const growth = scenes.filter(({ name }) => name === 'growth');
  const oursAt = (count: number) =>
    rowOf(
      growth.find(({ snapshots }) => snapshots === count),
      'ours',
    );
  const eight = oursAt(8);
  if (eight === undefined) return [];
  const limits = [
    [800, 2],
    [8_000, 10],
  ] as const;
  return limits.flatMap(([count, limit]) => {
    const ours = oursAt(count);
    if (ours === undefined) return [];
    return [
      atMost(`${count.toLocaleString('en')} snapshots, times as long as 8`, limit, wall(ours) / wall(eight)),
    ];
  });
}

function judgeSlowRegion(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name }) => name === 'slow-region');
  const [slow, undisturbed] = ['ours', 'ours, undisturbed'].map((name) => rowOf(scene, name));
  if (slow === undefined || undisturbed === undefined) return [];
  const others = ({ runs }: Row) => median(runs.map(({ othersMs }) => othersMs));
  return [atMost('one region slow: the others, times undisturbed', 1.1, others(slow) / others(undisturbed))];
}

/** Only a row that was run. */
function rowOf(scene: Scene | undefined, name: string): Row | undefined {
  return scene?.rows.find((row) => row.name === name && row.runs.length > 0);
}

const wall = ({ runs }: Row) => median(runs.map(({ wallMs }) => wallMs));
const most = ({ runs }: Row, of: (run: Run) => number) => Math.max(...runs.map(of));

function atMost(text: string, limit: number, value: number): Target {
  return { text, kind: 'at most', limit, value, met: value <= limit };
}

function atLeast(text: string, limit: number, value: number): Target {
  return { text, kind: 'at least', limit, value, met: value >= limit };
}
