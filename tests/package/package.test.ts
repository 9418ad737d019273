import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type StoreHarness, startStoreHarness } from '../support/store-harness.js';
import { run, runInNode } from './support/command.js';
import { makeProject, type Packed, pack, ROOT, temporaryFolder } from './support/project.js';

const NODE_TYPES = '@types/node@20.19.0';
const NEXT = 'next@16.4.6';
const ENTRIES = ['.', './runs', './hazards', './web'];
const MAX_BYTES = 400_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let packed: Packed;
beforeAll(async () => {
  folder = await temporaryFolder();
  packed = await pack(folder.path);
});
afterAll(() => folder.remove());

const bin = (tool: string) => join(ROOT, 'node_modules/.bin', tool);
const install = (name: string, packages: readonly string[] = []) =>
  makeProject(name, { folder: folder.path, tarball: packed.file, packages });

describe('the tarball', () => {
  it('is under 400 KB', () => {
    expect(packed.bytes).toBeLessThan(MAX_BYTES);
  });

  it('holds JavaScript, declarations, source maps and what is to be read, and no tests or sources', () => {
    const inDist = packed.paths.filter((path) => path.startsWith('dist/'));
    const others = packed.paths.filter((path) => !path.startsWith('dist/'));

    expect(inDist.filter((path) => !/\.(js|js\.map|d\.ts)$/.test(path))).toEqual([]);
    const count = (ending: string) => inDist.filter((path) => path.endsWith(ending)).length;
    expect(count('.d.ts')).toBe(count('.js'));
    // Of the land mask, which is data, no map is shipped.
    expect(count('.js.map')).toBe(count('.js') - 1);
    expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });

  it('changes no types of other packages or of Node', async () => {
    const declarations = packed.paths.filter((path) => path.endsWith('.d.ts'));
    const texts = await Promise.all(
      declarations.map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })),
    );

    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter(({ text }) => /declare (module|global)/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('is clean to publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: ROOT, pack: 'npm', strict: true });

    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types that resolve for every way to import it', async () => {
    // ESM only: Node 20.19 and later can require() ES modules, so a second build would bring a second instance and
    // nothing else.
    const { code, output } = await run(bin('attw'), [packed.file, '--profile', 'esm-only'], {
      cwd: folder.path,
    });

    expect(code, output).toBe(0);
  });

  it('exports these entries and nothing else', async () => {
    const { exports } = z
      .object({ exports: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));

    expect(Object.keys(exports)).toEqual([...ENTRIES, './package.json']);
  });
});

describe.each([20, 24])('in an empty project on plain Node %i', (major) => {
  let cwd: string;
  let harness: StoreHarness;
  beforeAll(async () => {
    [cwd, harness] = await Promise.all([installOnce('plain'), startStoreHarness()]);
  });
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it('imports every entry without a warning', async () => {
    const names = ENTRIES.map((entry) => entry.replace('.', 'region-persister'));
    const { code, stdout, output } = await runInNode(major, ['imports.js', ...names], { cwd });

    expect({ code, warnings: output.slice(stdout.length) }).toEqual({ code: 0, warnings: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      'region-persister': expect.arrayContaining(['createPersister']),
      'region-persister/runs': expect.arrayContaining(['createRunner']),
      'region-persister/hazards': expect.arrayContaining(['createHazardSource']),
      'region-persister/web': expect.arrayContaining(['createRoutes']),
    });
  });

  it('persists, finds duplicates, reads back, and ends by itself', async () => {
    const { url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN } = harness.gateway;
    const env = { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN };
    const { code, stdout, output } = await runInNode(major, ['persist.js'], { cwd, env });

    expect({ code, errors: output.slice(stdout.length) }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(stdout)).toEqual({
      first: ['persisted', 'persisted'],
      second: ['duplicate', 'duplicate'],
      latest: { stock: 1_200 },
      history: [true],
      health: 'ok',
      removed: true,
      left: null,
      timers: 0,
    });
    const id = await harness.redis.get('warehouses:intelligence:snapshot:v1:rotterdam:latest');
    const payload = await harness.redis.get(`warehouses:intelligence:snapshot-by-id:v1:${id}`);
    expect(JSON.parse(payload ?? '')).toMatchObject({ region_id: 'rotterdam', stock: 15 });
  });

  it('names the variable that is missing', async () => {
    const { code, output } = await runInNode(major, ['persist.js'], { cwd });

    expect(code).toBe(1);
    expect(output).toContain('UPSTASH_REDIS_REST_URL');
    expect(output).not.toContain('ERR_INVALID_URL');
  });
});

describe('to the TypeScript of who installs it', () => {
  it.each(['strict', 'every-library'])('the project %s has no errors', async (name) => {
    const cwd = await install(name, [NODE_TYPES]);

    expect(await run(bin('tsc'), [], { cwd })).toMatchObject({ code: 0, output: '' });
  });

  it('the Next.js route in examples/ has no errors, and works', async () => {
    const cwd = await install('next', [NEXT, NODE_TYPES]);
    await cp(join(ROOT, 'examples/next-route/app'), join(cwd, 'app'), { recursive: true });
    expect(await run(bin('tsc'), [], { cwd })).toMatchObject({ code: 0, output: '' });

    const harness = await startStoreHarness();
    const { url: UPSTASH_REDIS_REST_URL, token: UPSTASH_REDIS_REST_TOKEN } = harness.gateway;
    const env = { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN, CRON_SECRET: 'a-secret-for-this-test' };
    const { stdout, output } = await runInNode(24, ['call-route.js'], { cwd, env });
    await harness.close();

    expect(output).toBe(stdout);
    expect(JSON.parse(stdout)).toEqual({ refused: 401, status: 200, outcomes: ['persisted', 'persisted'] });
  });
});

const installed = new Map<string, Promise<string>>();

/** The project for both versions of Node: it is installed for the first and found by the second. */
function installOnce(name: string): Promise<string> {
  const project = installed.get(name) ?? install(name);
  installed.set(name, project);
  return project;
}
