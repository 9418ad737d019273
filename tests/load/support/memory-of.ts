import { execFileSync } from 'node:child_process';

/** Resident memory of all these processes together, in MB. */
export function memoryOf(pids: Iterable<number>): number {
  const sizes = execFileSync('ps', ['-o', 'rss=', '-p', [...pids].join()], { encoding: 'utf8' });
  const kilobytes = sizes.trim().split(/\s+/).map(Number);
  return Math.round(kilobytes.reduce((sum, size) => sum + size, 0) / 1024);
}
