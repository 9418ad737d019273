/**
 * One run in a fresh process: loads what it needs, stores the snapshots, tells its parent what that took, and ends.
 * Run as plain JavaScript, as a function is; its task is its only argument.
 */
import type { ColdOutcome, ColdTask } from './task.js';

const task: ColdTask = JSON.parse(process.argv[2] ?? '');

const importedAt = performance.now();
const { loadSubject } = await import('../subjects.js');
const connect = await loadSubject(task.subject);
const importMs = performance.now() - importedAt;

// Loaded after what is measured, so that nothing of it was there already.
const { makePayloads } = await import('../payloads.js');
const snapshots = makePayloads(task.payloads);

const cpu = process.cpuUsage();
const startedAt = performance.now();
const told = await connect(task.endpoint)(snapshots);
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);

const outcome: ColdOutcome = {
  importMs,
  wallMs,
  cpuMs: (user + system) / 1_000,
  peakBytes: process.resourceUsage().maxRSS * 1_024,
  told: [...told],
};
process.send?.(outcome, () => process.disconnect());
