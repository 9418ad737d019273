import { execFileSync } from 'node:child_process';

/** Whether a process runs; also false for one that has ended but that nobody has waited for yet. */
export function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return !state.startsWith('Z');
  } catch {
    return false;
  }
}
