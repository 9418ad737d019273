import { type Json, refTo, type SchemaName } from './schemas.js';

/** The problems that several routes answer, as `components.responses`. */
export const PROBLEM_RESPONSES = {
  BadRequest: problem(
    '`bad-request`: the body is not valid, or a query parameter is unknown, repeated, empty or not valid. `errors` names each fault. Parameters that begin with `x-vercel-` are ignored.',
  ),
  Unauthorised: problem('`unauthorised`: the token is missing or wrong.', {
    'WWW-Authenticate': header('Always `Bearer`.'),
  }),
  MethodNotAllowed: problem('`method-not-allowed`', { Allow: header('The methods that are allowed.') }),
  TooLarge: problem('`too-large`: the body is larger than 4.5 MB.'),
  Internal: problem(
    '`misconfigured`: `errors` names the environment variables that are wrong. `internal`: a bug.',
  ),
  UnknownRegion: problem('`unknown-region`: no region has this id; `regions` lists those that exist.'),
  NoSnapshot: problem(
    '`unknown-region`: no region has this id; `regions` lists those that exist. `no-snapshot`: nothing is stored for the region yet.',
  ),
  UnknownSnapshot: problem('`unknown-snapshot`: it was never stored, or has expired.'),
  StoreUnreadable: problem('`store-unreadable`: the store answered with something that it should not hold.'),
  SnapshotUnreadable: problem(
    '`snapshot-unreadable`: the stored snapshot `snapshotId` cannot be read. `store-unreadable`: the store answered with something that it should not hold.',
  ),
  StoreUnreachable: problem(
    [
      '`store-unreachable`: the store could not be reached within 3 seconds.',
      '`store-unavailable`: it answered that it cannot serve the request at the moment.',
      'What its operator has to put right has a code of its own: `store-quota`, `store-full`, `store-request-too-large`, `store-command-refused`, `store-unauthorised`, `store-url-invalid`.',
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
