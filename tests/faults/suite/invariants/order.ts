import type { Entry } from '../key-space.js';

/** The order of the index: by time, and by id where the times are equal. */
export function isNewer(a: Entry, b: Entry): boolean {
  return a.generatedAt === b.generatedAt ? a.id > b.id : a.generatedAt > b.generatedAt;
}
