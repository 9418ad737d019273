import { z } from 'zod';
import { parseJson } from '../limits/json.js';
import type { StoredDocument } from '../persister/reads.js';
import {
  contentHash,
  type Draft,
  EntityIdSchema,
  type Fields,
  isFields,
  type Preparation,
  SnapshotIdSchema,
  timeFault,
  withoutEnvelope,
} from '../persister/record.js';
import type { Unheard } from './slots.js';

/**
 * A snapshot: the envelope that the persister relies on, and whatever else its producer added, which is stored
 * unchanged.
 */
export type Snapshot = StoredDocument;

/** A regime in a head. Pushed snapshots have labels of their own, so a label may be any string. */
export const HeadRegimeSchema = z.object({
  label: z.string(),
  previous_label: z.string().nullable().catch(null),
  transitioned_at: z.int().nullable().catch(null),
  transition_driver: z.string().nullable().catch(null),
});
export type HeadRegime = z.infer<typeof HeadRegimeSchema>;

/** Small summary of a region's newest snapshot, stored beside it. */
export const SnapshotHeadSchema = z.object({
  id: SnapshotIdSchema,
  generated_at: z.int(),
  hash: z.string(),
  /** null when a pushed snapshot has no regime with a label. */
  regime: HeadRegimeSchema.nullable(),
  pressure_score: z.number().nullable(),
});
export type SnapshotHead = z.infer<typeof SnapshotHeadSchema>;

/** One point of a region's trend: what a chart needs of a snapshot. */
export const TrendPointSchema = z.object({
  id: SnapshotIdSchema,
  regime_label: z.string().nullable(),
  pressure_score: z.number().nullable(),
});
export type TrendPoint = z.infer<typeof TrendPointSchema>;

/** The envelope of a snapshot that is to be stored, but for its time. */
export const EnvelopeSchema = z.object({
  region_id: EntityIdSchema,
  meta: z.object({ snapshot_id: SnapshotIdSchema.optional() }),
});

type Envelope = z.infer<typeof EnvelopeSchema> & { readonly generated_at: number };

/** What is wrong with a value, and where. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * What is wrong with the envelope of a snapshot that is to be stored.
 *
 * @param now epoch ms
 * @param schema of all but its time
 * @returns every fault; none when it can be stored
 */
export function envelopeIssues(snapshot: unknown, now: number, schema: z.ZodType = EnvelopeSchema): Issue[] {
  const issues: Issue[] = [...(schema.safeParse(snapshot).error?.issues ?? [])];
  const message = isFields(snapshot) ? timeFault(snapshot.generated_at, now) : null;
  return message === null ? issues : [...issues, { path: ['generated_at'], message }];
}

/**
 * Makes a draft from a snapshot: what the persister needs, and its head and trend point.
 *
 * @param now epoch ms
 * @param memory what the next run is to remember; left out, what is remembered stays
 * @returns the draft, or `invalid-snapshot` with every fault of its envelope
 */
export function draftOfSnapshot(snapshot: Fields, now: number, memory?: Fields): Preparation<Draft> {
  const issues = envelopeIssues(snapshot, now);
  if (issues.length > 0) {
    const faults = issues.map(({ path, message }) => `${path.join('.') || 'snapshot'}: ${message}`);
    const entity = typeof snapshot.region_id === 'string' ? snapshot.region_id : '';
    return { ok: false, entity, code: 'invalid-snapshot', message: faults.join('; ') };
  }
  const { region_id: entity, generated_at: at, meta } = snapshot as Envelope;
  const { regime, score } = gistOf(snapshot);
  return {
    ok: true,
    value: {
      entity,
      at,
      id: meta.snapshot_id,
      document: snapshot,
      contentOf: contentOfSnapshot,
      memory,
      head: headOfSnapshot(snapshot),
      regime: regime ?? undefined,
      point: { regime_label: regime?.label ?? null, pressure_score: score },
    },
  };
}

/** SHA-256 of a snapshot's content: two runs that saw the same world have the same hash. */
export function snapshotHash(snapshot: Fields): string {
  return contentHash(contentOfSnapshot(snapshot));
}

/** What a head has besides id, time and hash. */
export function headOfSnapshot(snapshot: Fields): Fields {
  const { regime, score } = gistOf(snapshot);
  return { regime, pressure_score: score };
}

/** Without the envelope, and without the times at which something was noticed, which are not news. */
export function contentOfSnapshot(snapshot: Fields): Fields {
  const content: Record<string, unknown> = withoutEnvelope(snapshot);
  if (isFields(content.regime)) content.regime = without(content.regime, 'transitioned_at');
  if (Array.isArray(content.evidence)) {
    content.evidence = content.evidence.map((item: unknown) =>
      isFields(item) ? without(item, 'observed_at') : item,
    );
  }
  return content;
}

/** Copies without a field. */
function without(fields: Fields, name: string): Fields {
  // With the name known to the engine only at run time, this is still several times faster than by way of entries.
  const { [name]: _left, ...rest } = fields;
  return rest;
}

/** A head is a few hundred bytes, because the texts of a foreign regime are cut: anything larger is not ours. */
const MAX_HEAD_LENGTH = 64 * 1024;

/** @returns null for a head that cannot be read or is too large: the next persisted snapshot replaces it */
export function parseHead(text: string | undefined): SnapshotHead | null {
  if (text === undefined || text.length > MAX_HEAD_LENGTH) return null;
  return SnapshotHeadSchema.safeParse(parseJson(text)).data ?? null;
}

const GistSchema = z.object({
  regime: HeadRegimeSchema.nullable().catch(null),
  pressure: z.object({ score: z.number().nullable().catch(null) }).catch({ score: null }),
});

function gistOf(snapshot: Fields): { regime: HeadRegime | null; score: number | null } {
  const { regime, pressure } = GistSchema.parse({
    regime: snapshot.regime ?? null,
    pressure: snapshot.pressure,
  });
  return { regime: regime && bounded(regime), score: pressure.score };
}

/** The texts of a foreign regime may have any length. Cut by characters, so that no surrogate pair is split. */
function bounded({ label, previous_label, transition_driver, ...rest }: HeadRegime): HeadRegime {
  const cut = (text: string, most: number) => [...text.slice(0, 2 * most)].slice(0, most).join('');
  return {
    label: cut(label, 64),
    previous_label: previous_label && cut(previous_label, 200),
    ...rest,
    transition_driver: transition_driver && cut(transition_driver, 200),
  };
}

/** A memory is a few KB. What is larger was not written by a run. */
const MAX_MEMORY_LENGTH = 64 * 1024;

/**
 * What is remembered of a snapshot: whose it is, and what its source adds.
 *
 * @param run the slot of the run, and the inputs that did not answer in full
 */
export function memoryOf(
  { generated_at, meta }: Snapshot,
  run: { readonly slot: string; readonly unheard: Unheard },
  ofSource: Fields = {},
): Fields {
  return { ...ofSource, ...run, snapshot_id: meta.snapshot_id, generated_at };
}

/** @returns null when there is none, or when it is too large or not a JSON object: it reads as absent */
export function parseMemory(text: string | undefined): Fields | null {
  if (text === undefined || text.length > MAX_MEMORY_LENGTH) return null;
  const value = parseJson(text);
  return isFields(value) ? value : null;
}
