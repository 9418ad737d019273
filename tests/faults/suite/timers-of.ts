import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';

const TimerSchema = z.object({ hasRef: z.custom<() => boolean>((value) => typeof value === 'function') });

/**
 * Does some work and counts the timers that it began and that are still running when it is done: those that would keep
 * the process alive. The timers of everybody else in the process are not counted.
 */
export async function timersLeftBy<T>(work: () => Promise<T>): Promise<{ result: T; timersLeft: number }> {
  const context = new AsyncLocalStorage<'work'>();
  const running = new Map<number, object>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' && context.getStore() === 'work') running.set(id, resource);
    },
    destroy: (id) => running.delete(id),
  }).enable();
  try {
    const result = await context.run('work', work);
    // The ends of timers are told a turn later.
    await setImmediate();
    await setImmediate();
    return { result, timersLeft: [...running.values()].filter(holdsProcess).length };
  } finally {
    hook.disable();
  }
}

function holdsProcess(resource: object): boolean {
  const timer = TimerSchema.safeParse(resource);
  return timer.success && timer.data.hasRef.call(resource);
}
