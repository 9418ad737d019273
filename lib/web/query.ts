import { z } from 'zod';
import { invalid, type Parsed, placesOf } from './request.js';

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

/** Whether the known name was probably meant: the same letters, or at most two typing errors. */
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
