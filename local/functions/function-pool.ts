import type { FunctionAddress, FunctionHost } from './function-host.js';
import { endProcess, isProcessAlive } from './processes.js';

export interface RunningFunction extends FunctionAddress {
  readonly entrypoint: string;
}

export interface FunctionPool {
  /**
   * The process of a function: started by the first call, shared with every call after it, started anew when it has
   * died meanwhile.
   *
   * @throws when it could not be started, or when the pool is closed
   */
  acquire(entrypoint: string): Promise<RunningFunction>;
  /** Ends a process, which the next `acquire` replaces. */
  discard(running: RunningFunction): void;
  /** The id of every function process that is alive, by entrypoint. */
  pids(): ReadonlyMap<string, number>;
  /** Ends all processes; when it resolves, none is left. */
  close(): Promise<void>;
}

/** @param startHost called when the first function is needed, and again should its host have ended */
export function createFunctionPool(startHost: () => FunctionHost): FunctionPool {
  let host: FunctionHost | null = null;
  let closed = false;
  const starting = new Map<string, Promise<RunningFunction>>();
  const running = new Map<string, RunningFunction>();

  function currentHost(): FunctionHost {
    if (host !== null) return host;
    const started = startHost();
    host = started;
    void started.ended.then(() => {
      host = null;
      running.clear();
    });
    return started;
  }

  async function start(entrypoint: string): Promise<RunningFunction> {
    const started = { entrypoint, ...(await currentHost().start(entrypoint)) };
    running.set(entrypoint, started);
    return started;
  }

  return {
    async acquire(entrypoint) {
      if (closed) throw new Error('the function pool is closed');
      const kept = running.get(entrypoint);
      if (kept !== undefined && isProcessAlive(kept.pid)) return kept;
      const shared = starting.get(entrypoint);
      if (shared !== undefined) return shared;
      const started = start(entrypoint).finally(() => starting.delete(entrypoint));
      starting.set(entrypoint, started);
      return started;
    },
    discard(function_) {
      if (running.get(function_.entrypoint) === function_) running.delete(function_.entrypoint);
      endProcess(function_.pid);
    },
    pids() {
      const alive = [...running.values()].filter(({ pid }) => isProcessAlive(pid));
      return new Map(alive.map(({ entrypoint, pid }) => [entrypoint, pid]));
    },
    async close() {
      closed = true;
      await host?.close();
    },
  };
}
