/** A step from one state to the next, in words. */
export interface Step<S> {
  readonly label: string;
  readonly to: S;
}

export interface Search<S> {
  readonly start: S;
  /** Tells states apart. */
  readonly keyOf: (state: S) => string;
  readonly steps: (state: S) => readonly Step<S>[];
  /** What is wrong with a state, or with the step that led to it; null when nothing is. */
  readonly fault: (state: S, before: S | null) => string | null;
}

export interface Found {
  /** How many states there are; up to the fault, when one was found. */
  readonly states: number;
  /** The shortest way to a fault; null when no state has one. */
  readonly violation: { readonly fault: string; readonly trace: readonly string[] } | null;
}

/** Visits every state that can be reached, breadth first. */
export function searchAll<S>({ start, keyOf, steps, fault }: Search<S>): Found {
  const parents = new Map<string, { from: string; label: string } | null>([[keyOf(start), null]]);
  let frontier: readonly S[] = [start];
  while (frontier.length > 0) {
    const next: S[] = [];
    for (const state of frontier) {
      const from = keyOf(state);
      for (const { label, to } of steps(state)) {
        const key = keyOf(to);
        const wrong = fault(to, state);
        if (wrong !== null) {
          const trace = [...traceOf(from), label];
          return { states: parents.size, violation: { fault: wrong, trace } };
        }
        if (parents.has(key)) continue;
        parents.set(key, { from, label });
        next.push(to);
      }
    }
    frontier = next;
  }
  return { states: parents.size, violation: null };

  function traceOf(key: string): string[] {
    const parent = parents.get(key);
    return parent === null || parent === undefined ? [] : [...traceOf(parent.from), parent.label];
  }
}
