import { z } from 'zod';
import { type RegionId, RegionIdSchema } from '../hazards/regions/regions.js';
import { hasTooManyValues, MAX_VALUES, parseJson } from '../limits/json.js';
import { readText } from '../limits/network.js';
import { SnapshotIdSchema } from '../persister/record.js';
import { badRequest, type Problem, UNKNOWN_REGION, UNKNOWN_SNAPSHOT } from './answers.js';

/** A part of a request, or the answer to a request in which it is not valid. */
export type Parsed<T> = { readonly value: T } | { readonly problem: Problem };

type Faults = NonNullable<Problem['errors']>;

/** @returns the parsed body, or a 400 that lists each fault with its place */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? { value: parsed.data } : { problem: invalid('body', placesOf(parsed.error)) };
}

/** A 400 that lists what is wrong with a part of a request. */
export function invalid(part: 'query' | 'body', faults: Faults): Problem {
  return badRequest(`the ${part} is not valid`, faults.slice(0, MOST_FAULTS));
}

/** Enough to correct a request, and few enough to read. */
const MOST_FAULTS = 20;

/** Each fault that a schema found, with its place. */
export function placesOf(error: z.ZodError | undefined): Faults {
  return (error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), message }));
}

/** The platform accepts no larger request; the same limit holds everywhere else. */
const MOST_BYTES = 4_500_000;

/**
 * Reads the JSON body of a request, whatever its content type says.
 *
 * @param signal ends the wait for a body that does not arrive
 * @returns the value, or 413 for a body that is too large, 408 for one that took too long, 400 for one that is not JSON
 *   or has too many values
 * @throws TypeError when something else has already read the body
 */
export async function jsonBody(request: Request, signal?: AbortSignal): Promise<Parsed<unknown>> {
  if (request.bodyUsed) throw new TypeError('the request body has already been read');
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return { problem: TOO_LARGE };
  const reading = readText(request, MOST_BYTES, { fatal: true }).catch((error: unknown) =>
    // Otherwise it is not UTF-8, or the caller hung up and will not read the answer.
    error instanceof RangeError ? TOO_LARGE : NOT_JSON,
  );
  const text = await (signal === undefined ? reading : Promise.race([reading, tooSlow(signal)]));
  if (typeof text !== 'string') return { problem: text };
  if (hasTooManyValues(text)) return { problem: TOO_MANY_VALUES };
  const value = parseJson(text);
  return value === undefined ? { problem: NOT_JSON } : { value };
}

function tooSlow(signal: AbortSignal): Promise<Problem> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(TOO_SLOW);
    else signal.addEventListener('abort', () => resolve(TOO_SLOW), { once: true });
  });
}

const TOO_SLOW: Problem = {
  status: 408,
  code: 'too-slow',
  title: 'The body did not arrive in time',
};
const TOO_LARGE: Problem = {
  status: 413,
  code: 'too-large',
  title: 'The body is too large',
  detail: `At most ${MOST_BYTES} bytes`,
};
const TOO_MANY_VALUES = badRequest(`the body has more than ${MAX_VALUES} values`);
const NOT_JSON = badRequest('the body is not valid JSON in UTF-8');

/** @param id from the path */
export function parseRegionId(id: string): Parsed<RegionId> {
  const region = RegionIdSchema.safeParse(id);
  return region.success ? { value: region.data } : { problem: UNKNOWN_REGION };
}

/** @param id from the path */
export function parseSnapshotId(id: string): Parsed<string> {
  const snapshotId = SnapshotIdSchema.safeParse(id);
  return snapshotId.success ? { value: snapshotId.data } : { problem: UNKNOWN_SNAPSHOT };
}

/**
 * The URL of a request. Servers build it from the Host header, so it may not be valid.
 *
 * @returns null when it is not valid
 */
export function urlOf({ url }: Pick<Request, 'url'>): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** Whether the path of a route has a dynamic segment. */
export function hasId(pattern: string): boolean {
  return segmentsOf(pattern).includes(ID);
}

/**
 * Reads the dynamic segment of a path. Segments are counted from the end, so the route may be mounted under any
 * path.
 *
 * @param pathname as it was sent
 * @param pattern path of the route: `/regions/{id}/history`
 * @returns the decoded segment; '' when there is none, or its percent-encoding is broken
 */
export function idIn(pathname: string, pattern: string): string {
  const expected = segmentsOf(pattern);
  if (!expected.includes(ID)) return '';
  try {
    return decodeURIComponent(segmentsOf(pathname).at(expected.indexOf(ID) - expected.length) ?? '');
  } catch {
    return '';
  }
}

/**
 * @param pathname as it was sent
 * @param pattern the whole path of a route: `/api/regions/{id}/history`
 */
export function matchesPath(pathname: string, pattern: string): boolean {
  const [given, expected] = [segmentsOf(pathname), segmentsOf(pattern)];
  return (
    given.length === expected.length &&
    expected.every((segment, i) => (segment === ID ? given[i] !== '' : segment === given[i]))
  );
}

const ID = '{id}';

/** A slash at the end makes no difference. */
function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').replace(/\/$/, '').split('/');
}

/** Reads a query from its parameters, which the inner object names: `z.object({ … }).transform(…)`. */
export type QuerySchema<Query> = z.ZodType<Query> & { readonly in: z.ZodObject };

/** The query of a route that takes no parameters. */
export const NO_QUERY = z.object({}).transform(() => null);

/**
 * Checks the query of a request strictly: a misspelt parameter must not turn a dry run into one that writes.
 *
 * @param segment name of the dynamic segment in the path: the platform adds it to the query, where it is ignored
 * @returns the parsed query, or a 400 that lists each parameter that is unknown, repeated, empty or not valid
 */
export function parseQuery<Query>(
  params: URLSearchParams,
  schema: QuerySchema<Query>,
  segment?: string,
): Parsed<Query> {
  const known = Object.keys(schema.in.shape);
  const given = [...new Set(params.keys())].filter((name) => name !== segment && !isOfPlatform(name));
  const faults = given.flatMap((name) => {
    const message = faultOf(name, params.getAll(name), known);
    return message === null ? [] : [{ at: name.slice(0, MOST_NAME_LENGTH), message }];
  });
  const sound = given.filter((name) => faultOf(name, params.getAll(name), known) === null);
  const parsed = schema.safeParse(Object.fromEntries(sound.map((name) => [name, params.get(name)])));
  if (parsed.success && faults.length === 0) return { value: parsed.data };
  return { problem: invalid('query', [...faults, ...placesOf(parsed.error)]) };
}

/** Names are echoed to the caller, who may have sent anything. */
const MOST_NAME_LENGTH = 64;

/** Parameters such as `x-vercel-protection-bypass`, which are meant for the platform. */
function isOfPlatform(name: string): boolean {
  return name.startsWith('x-vercel-');
}

/** What is wrong with a parameter whatever its value means; null when nothing is. */
function faultOf(name: string, values: readonly string[], known: readonly string[]): string | null {
  if (!known.includes(name)) return unknownParameter(name, known);
  if (values.length > 1) return 'may be given only once';
  return values[0] === '' ? 'must not be empty' : null;
}

function unknownParameter(name: string, known: readonly string[]): string {
  const meant = known.find((candidate) => isClose(name, candidate));
  if (meant !== undefined) return `is not a parameter of this route. Did you mean ${meant}?`;
  const all = known.length === 0 ? 'It takes none' : `It takes ${known.join(', ')}`;
  return `is not a parameter of this route. ${all}`;
}

/** Whether the known name was probably meant: the same letters, or at most two typos. */
function isClose(given: string, known: string): boolean {
  const [a, b] = [plain(given), plain(known)];
  // Spares comparing long names letter by letter.
  if (Math.abs(a.length - b.length) > MOST_TYPING_ERRORS) return false;
  return editDistance(a, b) <= Math.min(MOST_TYPING_ERRORS, b.length / 2);
}

const MOST_TYPING_ERRORS = 2;

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Levenshtein distance: how many letters have to be inserted, deleted or replaced to get from one to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
