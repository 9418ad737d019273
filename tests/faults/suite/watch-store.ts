import type { Store } from '../../../lib/persister/upstash/store.js';

/** The store, with every error that it throws or answers shown to `onError` first. */
export function watchStore(store: Store, onError: (error: unknown) => void): Store {
  return {
    ...store,
    memories: (...args) => thrown(store.memories(...args)),
    snapshots: (...args) => thrown(store.snapshots(...args)),
    storeRun: (...args) => thrown(store.storeRun(...args)),
    claim: (...args) => answered(store.claim(...args)),
    publish: (...args) => answered(store.publish(...args)),
    settle: (...args) => answered(store.settle(...args)),
  };

  async function thrown<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      onError(error);
      throw error;
    }
  }

  async function answered<R extends { readonly status: string }>(
    asked: Promise<readonly R[]>,
  ): Promise<readonly R[]> {
    const replies = await thrown(asked);
    for (const reply of replies) if ('error' in reply) onError(reply.error);
    return replies;
  }
}
