import type { World } from './protocol.js';
import type { Writer } from './writer-model.js';

/**
 * What holds in every state: invariants 1 to 5, as far as the model goes.
 *
 * @param before the state that the step began in
 * @returns what is wrong, null when nothing is
 */
export function faultOf(world: World, before: World | null): string | null {
  return (
    Object.values(world.writers)
      .map((writer) => lieOf(writer, world, before))
      .find((lie) => lie !== null) ?? faultOfIndex(world, before)
  );
}

function lieOf(
  { name, outcome }: Writer,
  { index, writers, gone }: World,
  before: World | null,
): string | null {
  const isStored = index.includes(name);
  if (outcome === 'persisted' && !isStored) return `1: ${name} is persisted and not in the index`;
  // What was evicted is not stored, although the index still names it.
  if (outcome === 'failed: no' && isStored && gone !== name)
    return `2: ${name} is failed and not stored, and in the index`;
  if (outcome?.startsWith('duplicate of ')) {
    const other = outcome.slice('duplicate of '.length);
    if (!index.some((id) => id === other)) return `5: ${name} is a ${outcome}, which is not stored`;
    // What is evicted later is not held against what was said before.
    const isNew = before?.writers[name].outcome === null;
    if (isNew && gone === other) return `5: ${name} is a ${outcome}, which was evicted`;
    if (writers.A.content !== writers.B.content && other !== name) return `5: ${name} is no ${outcome}`;
  }
  return null;
}

function faultOfIndex({ index, latest, evicted, writers }: World, before: World | null): string | null {
  const contents = index.map((id) => writers[id].content);
  // Without its marker, or without the snapshot itself, a content is rightly stored again.
  if (!evicted && new Set(contents).size < contents.length) return '3: one content is in the index twice';
  if (latest !== (index.at(-1) ?? null)) return `4: latest is ${latest}, the newest is ${index.at(-1)}`;
  const earlier = before?.latest ?? null;
  if (earlier !== null && (latest === null || latest < earlier)) return '4: latest moved backwards';
  return null;
}
