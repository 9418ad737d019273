/** Answers the values of a pattern's parameters (unnamed ones as `0`, `1` …), or null when the path does not match. */
export type SourceMatcher = (path: string) => Readonly<Record<string, string>> | null;

/**
 * Compiles the `source` of a rule in vercel.json: literals, `:name`, `:name*`, `:name+`, `:name?`, `:name(regexp)`
 * and `(regexp)`, the part of path-to-regexp that its documentation shows.
 *
 * @throws when the pattern uses more than that
 */
export function compileSource(source: string): SourceMatcher {
  const names: string[] = [];
  let unnamed = 0;
  let expression = '';
  let end = 0;
  for (const match of source.matchAll(PARAMETER)) {
    expression += literal(source, source.slice(end, match.index));
    const [whole, slash = '', name, custom, bare, modifier = ''] = match;
    names.push(name ?? String(unnamed++));
    expression += parameter(slash, bare ?? custom ?? '[^/]+?', modifier);
    end = match.index + whole.length;
  }
  const regexp = new RegExp(`^${expression}${literal(source, source.slice(end))}$`);
  return (path) => valuesOf(names, regexp.exec(path));
}

/** A slash, then `:name` or `:name(regexp)` or `(regexp)`, then a modifier. A regexp may nest one level. */
const PARAMETER =
  /(\/)?(?::([A-Za-z_]\w*)(?:\(((?:[^()]|\([^()]*\))+)\))?|\(((?:[^()]|\([^()]*\))+)\))([*+?])?/g;

function parameter(slash: string, value: string, modifier: string): string {
  if (modifier === '') return `${slash}(${value})`;
  if (modifier === '?') return `(?:${slash}(${value}))?`;
  const repeated = `${slash}((?:${value})(?:${slash}(?:${value}))*)`;
  return modifier === '+' ? repeated : `(?:${repeated})?`;
}

function literal(source: string, text: string): string {
  if (/[{}()*+?]/.test(text))
    throw new Error(`the pattern ${source} in vercel.json cannot be followed locally`);
  return text.replace(/[.^$|[\]\\]/g, '\\$&');
}

function valuesOf(names: readonly string[], match: RegExpExecArray | null): Record<string, string> | null {
  if (match === null) return null;
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']));
}

/**
 * Matches a file against a pattern of `functions` in vercel.json: `**` any folders, `*` within a name, `?` one
 * character, `{a,b}` either. Brackets stand for themselves, because `[id].ts` is a file name here.
 *
 * @param pattern for example `api/**\/*.ts`
 * @param path relative to the project's folder, with forward slashes
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const source = pattern.replace(TOKEN, (token) => REGEXP_OF[token] ?? `\\${token}`);
  return new RegExp(`^${source}$`).test(path);
}

const TOKEN = /\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g;

const REGEXP_OF: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};
