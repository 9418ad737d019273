import { createPersister, type Outcome } from 'region-persister';
import type { Shard } from './shards.js';
import { readStock } from './stock.js';

/** Ms. What a killed function had claimed is free again 15 seconds after its budget. */
const BUDGET_MS = 30_000;

const persister = createPersister({ namespace: 'stock:' });

export interface Result {
  /** How many entities ended in which way: `persisted`, `duplicate`, `in-flight`, or the code of the failure. */
  readonly counts: Readonly<Record<string, number>>;
  /** Whether every entity is stored, be it by this run or by an earlier one. */
  readonly complete: boolean;
}

/** Persists the entities of a shard. Never throws: that the source could not be read is a result, too. */
export async function persistShard(shard: Shard): Promise<Result> {
  try {
    const outcomes = await persister.persist(await readStock(shard), { budgetMs: BUDGET_MS });
    return { counts: countBy(outcomes.map(nameOf)), complete: outcomes.every(isStored) };
  } catch (error) {
    // Its name alone: the message of a foreign error may quote what must not be logged.
    return { counts: { [error instanceof Error ? error.name : 'unknown']: 1 }, complete: false };
  }
}

function isStored({ status }: Outcome): boolean {
  return status === 'persisted' || status === 'duplicate';
}

function nameOf(outcome: Outcome): string {
  return outcome.status === 'failed' ? outcome.code : outcome.status;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
