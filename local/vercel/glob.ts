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
