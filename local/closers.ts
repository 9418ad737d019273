export interface Closers {
  /** Remembers how something that was just started is ended. */
  add(close: () => Promise<unknown>): void;
  /**
   * Ends everything, last started first, each only after the one before it has ended. One that fails keeps no other
   * from being ended.
   *
   * @throws AggregateError of what failed
   */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => {
      closers.push(close);
    },
    async closeAll() {
      const errors: unknown[] = [];
      for (const close of closers.splice(0).reverse()) {
        await close().catch((error: unknown) => errors.push(error));
      }
      if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
    },
  };
}
