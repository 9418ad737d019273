import { median } from '../measure/statistics.js';
import type { Row, Run, Scene, Target, Work } from '../results.js';

const LANES = 8;

/** Holds what was measured against what was promised; what was not measured is left out. */
export function judge(scenes: readonly Scene[], work: Work | undefined): Target[] {
  return [
    ...judgeFunction(scenes),
    ...judgeWarm(scenes),
    ...judgeWholeRun(scenes),
    ...judgeConnections(scenes),
    ...judgeGrowth(scenes),
    ...judgeSlowRegion(scenes),
    ...(work === undefined ? [] : judgeWork(work)),
  ];
}

function judgeFunction(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name }) => name === 'function');
  const [ours, floor] = ['the cron function', 'four bare requests'].map((name) => rowOf(scene, name));
  if (ours === undefined || floor === undefined) return [];
  return [
    atMost('the cron function, fresh, loading included, ms', 800, wall(ours)),
    atMost('the same, times four bare requests', 1.15, wall(ours) / wall(floor)),
  ];
}

function judgeWarm(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name, roundTripMs }) => name === 'warm' && roundTripMs === 100);
  const [ours, floor, sequential] = ['ours', 'two bare requests', 'sequential'].map((name) =>
    rowOf(scene, name),
  );
  if (scene === undefined || ours === undefined || floor === undefined || sequential === undefined) return [];
  return [
    atMost('8 warm at 100 ms, times two bare requests', 1.06, wall(ours) / wall(floor)),
    atLeast('8 warm at 100 ms, times faster than sequential', 7.5, wall(sequential) / wall(ours)),
    atMost('commands for each region', 3, most(ours, ({ traffic }) => traffic.commands) / scene.snapshots),
  ];
}

function judgeWholeRun(scenes: readonly Scene[]): Target[] {
  const scene = scenes.find(({ name, isCold }) => name === 'whole-run' && !isCold);
  const [ours, floor] = ['our whole run', 'four bare requests'].map((name) => rowOf(scene, name));
  if (scene === undefined || ours === undefined || floor === undefined) return [];
  return [
    atMost('the whole run, warm, times four bare requests', 1.04, wall(ours) / wall(floor)),
    atMost(
      'commands of the whole run',
      3 * scene.snapshots + 8,
      most(ours, ({ traffic }) => traffic.commands),
    ),
    atMost('CPU of the whole run, warm, ms', 25, median(ours.runs.map(({ cpuMs }) => cpuMs))),
  ];
}

function judgeConnections(scenes: readonly Scene[]): Target[] {
  const rows = scenes
    .filter(({ isCold }) => isCold)
    .flatMap((scene) =>
      ['ours', 'our whole run', 'the cron function'].flatMap((name) => rowOf(scene, name) ?? []),
    );
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
  return [800, 8_000].flatMap((count) => {
    const scene = scenes.find(({ name, snapshots }) => name === 'growth' && snapshots === count);
    const [ours, floor] = ['ours', 'bare transfer'].map((name) => rowOf(scene, name));
    if (ours === undefined || floor === undefined) return [];
    const snapshots = `${count.toLocaleString('en')} snapshots`;
    const peakMb = median(ours.runs.map(({ peakBytes }) => peakBytes)) / 1e6;
    return [
      atMost(`${snapshots}, times the bare transfer`, 1.3, wall(ours) / wall(floor)),
      ...(count === 8_000 ? [atMost(`${snapshots}, memory beside them, MB`, 40, peakMb)] : []),
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

function judgeWork({ snapshotMs, bareSnapshotMs, largestPushMs, manyKeysMs }: Work): Target[] {
  return [
    atMost('CPU of a snapshot, times one stringify and SHA-256', 2.5, snapshotMs / bareSnapshotMs),
    atMost('CPU of the largest push, ms', 500, largestPushMs),
    atMost('CPU of a push with 600,000 fields, ms', 500, manyKeysMs),
  ];
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
