import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { type ChangedCopy, copyWithExamples } from './worked-examples.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

let copy: ChangedCopy;
beforeAll(async () => {
  copy = await copyWithExamples(await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8'));
  return () => copy.remove();
});

it('the examples of CONTRIBUTING, made in a copy of the source, have no type errors', async () => {
  const config = join(copy.folder, 'tsconfig.json');
  const project = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { incremental: false },
    include: ['api', 'lib'],
  };
  await writeFile(config, JSON.stringify(project));

  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const failure = await run(process.execPath, [tsc, '-p', config]).then(
    () => null,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
  expect(failure).toBeNull();
});
