import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fencesOf } from '../storage/markdown.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of what the examples change, with all of them in it. */
export interface ChangedCopy {
  readonly folder: string;
  /** Loads a module of the copy, as if it were that of the source with the same path. */
  load<Module>(path: string): Promise<Module>;
  read(path: string): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Copies the source to `.cache/`, which Git, Biome, Knip and tsc pass over and from which packages are found, and makes
 * the changes there that the examples of a page show.
 *
 * @throws when a diff shows lines that are not in the source exactly once
 */
export async function copyWithExamples(page: string): Promise<ChangedCopy> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.cache', 'contributing-'));
  const at = (path: string) => join(folder, path);
  const copy: ChangedCopy = {
    folder,
    load: (path) => import(at(path)),
    read: (path) => readFile(at(path), 'utf8'),
    remove: () => rm(folder, { recursive: true }),
  };
  try {
    for (const part of ['api', 'lib', 'public/app', 'docs/operations.md']) {
      await cp(join(ROOT, part), at(part), { recursive: true });
    }
    for (const { path, hunks } of changesIn(page)) {
      const before = await copy.read(path).catch(() => '');
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(
        at(path),
        hunks.reduce((text, hunk) => changed(text, hunk, path), before),
      );
    }
    return copy;
  } catch (error) {
    await copy.remove();
    throw error;
  }
}

interface FileChange {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

/** Lines of a diff, each with its sign. */
type Hunk = readonly string[];

/** A `ts` block is a whole file, whose path is in its first line; a `diff` block changes one file or several. */
function changesIn(page: string): FileChange[] {
  const whole = fencesOf(page, 'ts').map((body) => {
    const [first = '', ...lines] = body.trimEnd().split('\n');
    return { path: first.replace('// ', ''), hunks: [lines.map((line) => `+${line}`)] };
  });
  const diffs = fencesOf(page, 'diff').flatMap((body) => body.split(/^\+\+\+ /m).slice(1));
  return [...whole, ...diffs.map(fileChangeOf)];
}

/** @param diff the path of a file, and below it what changes there */
function fileChangeOf(diff: string): FileChange {
  const [path = '', ...lines] = diff.trimEnd().split('\n');
  const hunks = lines.join('\n').split('\n@@\n');
  return { path, hunks: hunks.map((hunk) => hunk.split('\n')) };
}

function changed(text: string, hunk: Hunk, path: string): string {
  const before = linesWithout('+', hunk);
  const after = linesWithout('-', hunk);
  if (before === '') return text + after;
  const [head = '', tail, ...more] = `\n${text}`.split(`\n${before}`);
  if (tail === undefined || more.length > 0) {
    throw new Error(`CONTRIBUTING.md shows lines that are not in ${path} exactly once:\n${before}`);
  }
  return `${head}\n${after}${tail}`.slice(1);
}

function linesWithout(sign: '+' | '-', hunk: Hunk): string {
  const lines = hunk.filter((line) => !line.startsWith(sign));
  return lines.map((line) => `${line.slice(1)}\n`).join('');
}
