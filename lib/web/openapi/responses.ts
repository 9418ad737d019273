import { type Json, refTo, type SchemaName } from './schemas.js';

/** The problems that several routes answer, as `components.responses`. */
export const PROBLEM_RESPONSES = {
  BadRequest: problem('`bad-request`: the query or the body is not valid; `errors` names each fault.'),
  Unauthorised: problem('`unauthorised`: the token is missing or wrong.', {
    'WWW-Authenticate': header('Always `Bearer`.'),
  }),
  MethodNotAllowed: problem('`method-not-allowed`', { Allow: header('The methods that are.') }),
  TooLarge: problem('`too-large`: the body is larger than 4.5 MB.'),
  Internal: problem('`misconfigured`: `errors` names the environment variables at fault. `internal`: a bug.'),
  UnknownRegion: problem('`unknown-region`: there is none of this name; `regions` lists those there are.'),
  NoSnapshot: problem(
    '`unknown-region`: there is none of this name; `regions` lists those there are. `no-snapshot`: nothing is stored for the region yet.',
  ),
  UnknownSnapshot: problem('`unknown-snapshot`: it was never stored, or its time is up.'),
  StoreUnreadable: problem('`store-unreadable`: the store answered what it should not hold.'),
  SnapshotUnreadable: problem(
    '`snapshot-unreadable`: the stored snapshot `snapshotId` is none. `store-unreadable`: the store answered what it should not hold.',
  ),
  StoreUnreachable: problem('`store-unreachable`: the store could not be reached within 3 seconds.', {
    'Retry-After': header('Seconds, when the store asked for a pause.'),
  }),
} as const satisfies Record<string, Json>;

/** A reference to one of them. */
export function responseRef(name: keyof typeof PROBLEM_RESPONSES): Json {
  return { $ref: `#/components/responses/${name}` };
}

/** An answer in JSON. @param schemas one, or those of which it is one */
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
