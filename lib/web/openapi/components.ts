import { z } from 'zod';
import { RegionIdSchema } from '../../hazards/regions/regions.js';
import { AssessedSnapshotSchema } from '../../hazards/snapshot.js';
import { StoredDocumentSchema } from '../../persister/reads.js';
import { SnapshotIdSchema } from '../../persister/record.js';
import { InputReportSchema, RegionReportSchema, RunReportSchema } from '../../runs/report.js';
import {
  HealthAnswerSchema,
  HistoryAnswerSchema,
  ProblemBodySchema,
  RegionHeadSchema,
  RegionsAnswerSchema,
  RunsAnswerSchema,
} from '../answers.js';
import { MOST_SNAPSHOTS } from '../write.js';

export type Json = Readonly<Record<string, unknown>>;

/** The envelope that a pushed snapshot must have. Everything else in it is up to its producer. */
const PushedSnapshotsSchema = z.object({
  snapshots: z
    .array(
      z.looseObject({
        region_id: RegionIdSchema,
        generated_at: z.int().describe('Epoch milliseconds, at most 90 days ago and one day ahead.'),
        meta: z.looseObject({ snapshot_id: SnapshotIdSchema.optional().describe('Added when missing.') }),
      }),
    )
    .min(1)
    .max(MOST_SNAPSHOTS),
});

const SCHEMAS = {
  RegionId: [RegionIdSchema, 'One of the 8 regions.'],
  SnapshotId: [
    SnapshotIdSchema,
    'Names a snapshot; usually its time in base 36 and the beginning of its hash.',
  ],
  Snapshot: [
    StoredDocumentSchema,
    'Any stored snapshot: the envelope, and whatever other fields its producer added.',
  ],
  AssessedSnapshot: [AssessedSnapshotSchema, 'A snapshot that this system assessed itself.'],
  PushedSnapshots: [PushedSnapshotsSchema, 'Snapshots that another program made.'],
  RegionHead: [RegionHeadSchema, "A summary of a region's latest snapshot."],
  Regions: [RegionsAnswerSchema, 'The heads of all regions.'],
  History: [HistoryAnswerSchema, "A page of a region's history."],
  InputReport: [InputReportSchema, 'The outcome of one input of a run.'],
  RegionReport: [RegionReportSchema, 'The outcome of one region in a run.'],
  RunReport: [RunReportSchema, 'What happened to every region of one run. Durations are in milliseconds.'],
  DryRunReport: [
    RunReportSchema.extend({ snapshots: z.array(AssessedSnapshotSchema) }),
    'The report of a run that wrote nothing, with the snapshots it would have stored.',
  ],
  Runs: [RunsAnswerSchema, 'The reports of the last runs.'],
  Health: [HealthAnswerSchema, 'Whether every region has a fresh snapshot.'],
  Problem: [ProblemBodySchema, 'An error (RFC 9457).'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

export type SchemaName = keyof typeof SCHEMAS;

export function refTo(name: SchemaName): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** All schemas by name, as JSON Schema 2020-12, which is the dialect of OpenAPI 3.1. */
export function componentSchemas(): Json {
  const registry = z.registry<{ id: string; description: string }>();
  for (const [id, [schema, description]] of Object.entries(SCHEMAS))
    registry.add(schema, { id, description });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}

/** Removes the bounds that zod adds to keep integers exact, and the pattern beside a format that says the same. */
function tidy(schema: { minimum?: number; maximum?: number; format?: string; pattern?: string }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format !== undefined) delete schema.pattern;
}

/** The problems that several routes answer, as `components.responses`. */
export const PROBLEM_RESPONSES = {
  BadRequest: problem(
    '`bad-request`: the body is not valid, or a query parameter is unknown, repeated, empty or not valid. `errors` names each fault. Parameters that begin with `x-vercel-` are ignored.',
  ),
  Unauthorised: problem('`unauthorised`: the token is missing or wrong.', {
    'WWW-Authenticate': header('Always `Bearer`.'),
  }),
  MethodNotAllowed: problem('`method-not-allowed`', { Allow: header('The methods that are allowed.') }),
  TooSlow: problem('`too-slow`: the body did not arrive within the time of the function.'),
  TooLarge: problem('`too-large`: the body is larger than 4.5 MB.'),
  Internal: problem(
    '`misconfigured`: `errors` names the environment variables that are wrong. `internal`: a bug.',
  ),
  UnknownRegion: problem('`unknown-region`: no region has this id; `regions` lists those that exist.'),
  NoSnapshot: problem(
    '`unknown-region`: no region has this id; `regions` lists those that exist. `no-snapshot`: nothing is stored for the region yet.',
  ),
  UnknownSnapshot: problem('`unknown-snapshot`: it was never stored, or has expired.'),
  StoreUnreadable: problem('`store-unreadable`: the store returned something that does not belong there.'),
  SnapshotUnreadable: problem(
    '`snapshot-unreadable`: the stored snapshot `snapshotId` cannot be read. `store-unreadable`: the store returned something that does not belong there.',
  ),
  StoreUnreachable: problem(
    [
      '`store-unreachable`: the store could not be reached within 3 seconds.',
      '`store-unavailable`: it answered that it cannot serve the request at the moment.',
      'Conditions that the operator has to fix have their own codes: `store-quota`, `store-full`, `store-request-too-large`, `store-command-refused`, `store-unauthorised`, `store-url-invalid`.',
    ].join(' '),
    { 'Retry-After': header('Seconds, where the store asked for a pause.') },
  ),
} as const satisfies Record<string, Json>;

/** A reference to one of them. */
export function responseRef(name: keyof typeof PROBLEM_RESPONSES): Json {
  return { $ref: `#/components/responses/${name}` };
}

/** An answer in JSON. @param schemas the schema of the answer, or the schemas of which it meets one */
export function jsonResponse(
  description: string,
  schemas: SchemaName | readonly SchemaName[],
  headers?: Json,
): Json {
  const schema = typeof schemas === 'string' ? refTo(schemas) : { anyOf: schemas.map(refTo) };
  const response = { description, content: { 'application/json': { schema } } };
  return headers === undefined ? response : { ...response, headers };
}

export function header(description: string): Json {
  return { description, schema: { type: 'string' } };
}

function problem(description: string, headers?: Json): Json {
  const response = { description, content: { 'application/problem+json': { schema: refTo('Problem') } } };
  return headers === undefined ? response : { ...response, headers };
}
