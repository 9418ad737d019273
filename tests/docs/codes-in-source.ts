import { readdir, readFile } from 'node:fs/promises';

/** How codes are written in the source. Each pattern has the code, or a list of them, as its first group. */
const PATTERNS: readonly RegExp[] = [
  // `code: '…'` of a problem, a failure, a reason.
  /\bcode:\s*'([a-z]+(?:-[a-z]+)*)'/g,
  // `code:` or an error with a code that is made: a family.
  /(?:\bcode:\s*|Error\(\s*)`([a-z-]+)\$\{/g,
  // A code in an error of the store, or in one of its tables.
  /'((?:store|redis)-[a-z-]+)'/g,
  /\b(?:StoreError|finalError|passingError)\(\s*'([a-z-]+)'/g,
  // What a span fails with.
  /\.fail\(\[('[^\]]+)\]\)/g,
  /\bREFUSALS = \[('[a-z][^\]]+)\]/g,
  /\bend\(\w+, \['([a-z-]+)'\]/g,
  // The events of the log.
  /readonly event:((?:\s*\|\s*'[a-z-]+')+);/g,
];

/** States of Redis that pass: `redis-` and each of them. */
const PASSING = /PASSING_CODES = \[([^\]]+)\]/g;

/** Written like a code, but one of zod's. */
const FOREIGN = ['custom'];

/**
 * Collects every code that the program can utter, by the ways in which codes are written.
 *
 * @param folder with the source
 * @returns each once, sorted; a family, of which only the beginning is fixed, ends in `-…`
 */
export async function codesIn(folder: string): Promise<string[]> {
  return codesOf(await textOf(folder));
}

/** All of its code, without comments. */
async function textOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.[jt]s$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(`${folder}/${name}`, 'utf8')));
  return texts.map(withoutComments).join('\n');
}

/** How the page and its tests write codes: as a reason or a failure, and in the lists that the page has of its own. */
const PATTERNS_OF_PAGE = [/\bcode: '([a-z-]+)'/g, /'failed:([a-z-]+)'/g, /CODES = new Set\(\[([^\]]+)\]/g];

/** The codes that the page knows, or that its tests make the API utter. */
export async function codesInPage(folders: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(folders.map(textOf));
  const found = PATTERNS_OF_PAGE.flatMap((pattern) => [...texts.join('\n').matchAll(pattern)]);
  return [...new Set(found.flatMap(([, codes = '']) => (codes.includes("'") ? quoted(codes) : codes)))];
}

export function codesOf(source: string): string[] {
  const codes = PATTERNS.flatMap((pattern) =>
    [...source.matchAll(pattern)].flatMap(([, found]) => (found === undefined ? [] : split(found))),
  );
  const passing = [...source.matchAll(PASSING)].flatMap(([, list = '']) => quoted(list));
  const all = [...codes, ...passing.map((name) => `redis-${name.toLowerCase()}`)];
  return [...new Set(all)].filter((code) => !FOREIGN.includes(code)).toSorted();
}

/** One code, the beginning of a family, or a list of quoted codes. */
function split(found: string): string[] {
  if (found.includes("'")) return quoted(found);
  return [found.endsWith('-') ? `${found}…` : found];
}

function quoted(list: string): string[] {
  return [...list.matchAll(/'([A-Za-z-]+)'/g)].flatMap(([, name]) => name ?? []);
}

/** Comments name codes as examples. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
