import { parseJson } from '../limits/json.js';
import type { Fields } from '../persister/record.js';
import type { Snapshot } from './snapshot.js';

/** A memory is a few KB. What is larger was not written by a run. */
const MAX_MEMORY_LENGTH = 64 * 1024;

const SLOT_MS = 6 * 60 * 60_000;

/**
 * The beginning of the slot of a run: 00, 06, 12 or 18 UTC.
 *
 * @param now epoch ms
 * @returns ISO
 */
export function slotOf(now: number): string {
  return new Date(Math.floor(now / SLOT_MS) * SLOT_MS).toISOString();
}

/** What is remembered of a snapshot: whose it is, and what its source adds. */
export function memoryOf(snapshot: Snapshot, ofSource: Fields = {}): Fields {
  const { generated_at, meta } = snapshot;
  return { ...ofSource, slot: slotOf(generated_at), snapshot_id: meta.snapshot_id, generated_at };
}

/** @returns null when there is none, or when it is too large or not a JSON object: it reads as absent */
export function parseMemory(text: string | undefined): Fields | null {
  if (text === undefined || text.length > MAX_MEMORY_LENGTH) return null;
  const value = parseJson(text);
  return isFields(value) ? value : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
