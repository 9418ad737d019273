import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runOrThrow } from './command.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROJECTS = fileURLToPath(new URL('../projects/', import.meta.url));

const PackedSchema = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    files: z.array(z.object({ path: z.string() })),
  }),
]);

export interface Packed {
  /** The tarball. */
  readonly file: string;
  readonly bytes: number;
  /** What it holds. */
  readonly paths: readonly string[];
}

/** Packs the package as `npm publish` would. */
export async function pack(folder: string): Promise<Packed> {
  const said = await runOrThrow('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT });
  // What the prepack script prints comes before the JSON.
  const [packed] = PackedSchema.parse(JSON.parse(said.slice(said.search(/^\[/m))));
  return {
    file: join(folder, packed.filename),
    bytes: packed.size,
    paths: packed.files.map(({ path }) => path),
  };
}

/** A folder outside of this repository, so that nothing is found by looking further up. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'region-persister-package-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Makes a project of one of the folders in `projects/`, with the packed package installed in it.
 *
 * @param folder where it is put, under its name
 * @param packages what else is installed: `name@version`
 * @returns its folder
 */
export async function makeProject(
  name: string,
  { folder, tarball, packages = [] }: { folder: string; tarball: string; packages?: readonly string[] },
): Promise<string> {
  const cwd = join(folder, name);
  await mkdir(cwd);
  await cp(join(PROJECTS, name), cwd, { recursive: true });
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional'];
  await runOrThrow('npm', ['install', ...flags, tarball, ...packages], { cwd });
  return cwd;
}
