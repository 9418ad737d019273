import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../local/stack.js';

/** What is loaded when a file is: files of this project, and packages. What is imported on demand is left out. */
async function loadedWith(entry: string) {
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    splitting: true,
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement' || path.startsWith('node:')) continue;
      if (external) packages.add(path);
      else visit(path);
    }
  };
  visit(entry);
  return { files: [...files].toSorted(), packages: [...packages].toSorted() };
}

it('npm start -- --help loads next to nothing', async () => {
  expect(await loadedWith('local/start.ts')).toEqual({
    files: ['local/command.ts', 'local/start.ts', 'local/start/main.ts', 'local/start/options.ts'],
    packages: [],
  });
});

it('npm start loads for its first run only what that takes', async () => {
  const { files, packages } = await loadedWith('local/start/run.ts');
  // Loaded meanwhile or later: the map of the world, borders and land, the client of Upstash, the engine of Redis.
  expect(packages).toEqual(['@redis/client', '@vercel/functions', 'srvx/node', 'srvx/static', 'zod']);
  const later =
    /^(?:local\/(?:start\/history|feeds\/sample-history|doctor|map)|lib\/web\/openapi)|land-mask|embedded-redis/;
  expect(files.filter((file) => later.test(file))).toEqual([]);
});
