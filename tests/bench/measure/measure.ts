import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SAMPLE_EVERY_MS = 10;
/** What the collector does in the background goes on for a while, and would be counted. */
const COLLECTOR_ENDS_MS = 50;

export interface Measured<T> {
  readonly result: T;
  readonly wallMs: number;
  /** Of the whole process, all threads, user and system. */
  readonly cpuMs: number;
  /** The most heap and buffers, in bytes, above what there was before; sampled every 10 ms. */
  readonly peakBytes: number;
}

/** Runs work after a garbage collection, so that nobody pays for what another left behind. */
export async function measure<T>(work: () => Promise<T>): Promise<Measured<T>> {
  collectGarbage();
  await sleep(COLLECTOR_ENDS_MS);
  const memory = watchMemory();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { result, wallMs, cpuMs: (user + system) / 1_000, peakBytes: memory.stop() };
}

function watchMemory() {
  const before = usedBytes();
  let peak = before;
  const sample = () => {
    peak = Math.max(peak, usedBytes());
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return peak - before;
    },
  };
}

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** The collector is not within reach by itself, and a flag for it in the command would be one more to know. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  // Else it throws away the code of those who have waited while others were measured, and warm is not warm.
  setFlagsFromString('--no-flush-bytecode');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc !== 'function') throw new Error('the garbage collector cannot be called');
  return () => void gc();
}

const collectGarbage = exposeCollector();
