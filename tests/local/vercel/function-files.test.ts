import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FunctionFile, findFunctions, matchFunction } from '../../../local/vercel/function-files.js';
import { createTemporaryProject, type TemporaryProject } from './temporary-project.js';

let project: TemporaryProject;
let functions: FunctionFile[];
beforeAll(async () => {
  const paths = [
    'api/regions/[id].ts',
    'api/regions/[id]/history.ts',
    'api/regions/index.ts',
    'api/regions/summary.ts',
    'api/[kind]/summary.ts',
    'api/health.js',
    'api/_shared.ts',
    'api/_lib/tools.ts',
    'api/.hidden.ts',
    'api/types.d.ts',
    'api/readme.md',
    'lib/not-a-function.ts',
  ];
  project = await createTemporaryProject(Object.fromEntries(paths.map((path) => [path, ''])));
  functions = await findFunctions(project.root);
});
afterAll(() => project.remove());

it('finds the scripts below api/, literal segments before dynamic ones', () => {
  expect(functions.map(({ entrypoint }) => entrypoint)).toEqual([
    'api/health.js',
    'api/regions/index.ts',
    'api/regions/summary.ts',
    'api/regions/[id].ts',
    'api/regions/[id]/history.ts',
    'api/[kind]/summary.ts',
  ]);
});

it('finds nothing without api/', async () => {
  expect(await findFunctions(`${project.root}/lib`)).toEqual([]);
});

it.each([
  ['api/regions', 'api/regions/index.ts', {}],
  ['api/regions/mena', 'api/regions/[id].ts', { id: 'mena' }],
  ['api/regions/summary', 'api/regions/summary.ts', {}],
  ['api/regions/mena/history', 'api/regions/[id]/history.ts', { id: 'mena' }],
  ['api/other/summary', 'api/[kind]/summary.ts', { kind: 'other' }],
  ['api/health', 'api/health.js', {}],
])('%s is answered by %s', (path, entrypoint, params) => {
  const segments = path.split('/');
  const first = functions.find((file) => matchFunction(file, segments) !== null);
  expect(first?.entrypoint).toBe(entrypoint);
  expect(first && matchFunction(first, segments)).toEqual(params);
});

it.each(['api', 'api/regions/', 'api/regions/a/b/c', 'api/health.js'])('%s is answered by none', (path) => {
  expect(functions.some((file) => matchFunction(file, path.split('/')) !== null)).toBe(false);
});
