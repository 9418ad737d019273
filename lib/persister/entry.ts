import {
  type Draft,
  EntityIdSchema,
  type Fields,
  generatedAtSchema,
  invalid,
  type Preparation,
  SnapshotIdSchema,
} from './record.js';

/** One thing to store: the current state of an entity of yours. */
export interface Entry {
  /** Names the entity: 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or a digit. */
  readonly entity: string;
  /** What is stored: the fields of a JSON object, without `region_id`, `generated_at` and `meta`. */
  readonly value: Fields;
  /** Names the snapshot: 1 to 128 letters, digits, dots, hyphens and underscores. Made from time and content when missing. */
  readonly id?: string;
  /** When it was true, epoch ms: at most 90 days ago and one day ahead. Default: now. */
  readonly at?: number;
  /** A small summary that is stored beside it, for reading many entities at once. Default: none. */
  readonly head?: Fields;
}

/** The fields that the stored document has of its own. */
const ENVELOPE = ['region_id', 'generated_at', 'meta'];

/**
 * Lays out the document of an entry.
 *
 * @param now epoch ms: the time of an entry that names none
 * @returns the draft, or why the entry cannot be stored
 */
export function draftOf(entry: Entry, now: number): Preparation<Draft> {
  const { entity, value, id, at = now, head = {} } = entry;
  const faults = [
    EntityIdSchema.safeParse(entity).success
      ? []
      : 'entity: must be 1 to 64 letters, digits, dots, hyphens or underscores',
    id === undefined || SnapshotIdSchema.safeParse(id).success
      ? []
      : 'id: must be 1 to 128 letters, digits, dots, hyphens or underscores',
    ...(generatedAtSchema(now).safeParse(at).error?.issues ?? []).map(({ message }) => `at: ${message}`),
    ...faultsOfValue(value),
  ].flat();
  if (faults.length > 0) return invalid(entity, faults.join('; '));
  const meta = id === undefined ? {} : { snapshot_id: id };
  const document = { region_id: entity, generated_at: at, meta, ...value };
  return { ok: true, value: { entity, at, id, document, head } };
}

function faultsOfValue(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return ['value: must be an object'];
  const taken = ENVELOPE.filter((name) => Object.hasOwn(value, name));
  return taken.map(
    (name) => `value: must not have a field ${name}, which the stored document has of its own`,
  );
}
