import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listenOnLoopback } from '../../local/listen.js';
import { type StoreHarness, startStoreHarness } from '../support/store-harness.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/persist-your-own.ts', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** Each starts a process or two, on a machine that may be busy. */
const PATIENCE_MS = 30_000;

let harness: StoreHarness;
beforeAll(async () => {
  harness = await startStoreHarness();
});
beforeEach(() => harness.reset());
afterAll(() => harness.close());

/** Runs the example as a person would. */
async function runExample(url = harness.gateway.url) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--import', LOADER, EXAMPLE], {
    env: { PATH, UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: harness.gateway.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return {
    code,
    lines: out
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  };
}

it('persists both entities, and finds them stored when it is run again', {
  timeout: PATIENCE_MS,
}, async () => {
  const [first, second] = [await runExample(), await runExample()];

  expect(first).toEqual({ code: 0, lines: ['hamburg persisted', 'rotterdam persisted', 'in stock: 1200'] });
  expect(second).toEqual({ code: 0, lines: ['hamburg duplicate', 'rotterdam duplicate', 'in stock: 1200'] });
});

it('stores what the documentation of the store describes', { timeout: PATIENCE_MS }, async () => {
  await runExample();

  const { redis } = harness;
  const id = await redis.get('warehouses:intelligence:snapshot:v1:hamburg:latest');
  const payload = await redis.get(`warehouses:intelligence:snapshot-by-id:v1:${id}`);
  expect(JSON.parse(payload ?? '')).toMatchObject({ region_id: 'hamburg', stock: 1_200 });
  const names = await redis.keys('*');
  expect(names.filter((name) => !name.startsWith('warehouses:'))).toEqual([]);
});

it('says so, with exit code 1, when the store cannot be reached', { timeout: PATIENCE_MS }, async () => {
  const { code, lines } = await runExample(await unusedUrl());

  expect(code).toBe(1);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^hamburg failed \S/);
  expect(lines[1]).toMatch(/^rotterdam failed \S/);
});

it('is at most 15 lines long, and uses nothing but the face of the library', async () => {
  const source = await readFile(EXAMPLE, 'utf8');
  const [head = '', body = ''] = source.split(/(?<=^import .* from '.*';\n)/m);

  expect(body.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
  expect(head.match(/ from '.*'/g)).toEqual([" from '../lib/index.js'"]);
  expect(body).not.toContain('import');
});

it('is in the README, word for word, with the name of the package', async () => {
  const [source, readme] = await Promise.all([readFile(EXAMPLE, 'utf8'), readFile(README, 'utf8')]);
  const code = source.slice(source.indexOf('import')).replace('../lib/index.js', 'region-persister');

  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
});

/** Where nobody listens any more. */
async function unusedUrl(): Promise<string> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}
