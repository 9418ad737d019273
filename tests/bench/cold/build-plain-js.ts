import { copyFile, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What fresh processes load. */
const FOLDERS = ['api', 'lib', 'tests/bench/cold', 'tests/bench/contenders'];
const FILES = ['tests/bench/payloads.ts', 'tests/bench/subjects.ts', 'tests/support/persist.ts'];

export interface PlainJs {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Writes the functions and what they need as plain JavaScript, file by file and not bundled: the shape in which the
 * platform runs them. The packages are the project's own.
 */
export async function buildPlainJs(): Promise<PlainJs> {
  const folder = await mkdtemp(join(tmpdir(), 'region-persister-bench-'));
  const found = await Promise.all(FOLDERS.map(sourcesIn));
  await build({
    entryPoints: [...found.flat(), ...FILES],
    absWorkingDir: ROOT,
    outdir: folder,
    outbase: ROOT,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

async function sourcesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}
