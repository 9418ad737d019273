import { symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticFiles, sendStaticFile } from '../../../local/functions/static-files.js';
import { createTemporaryProject, type TemporaryProject } from './temporary-project.js';

let project: TemporaryProject;
let folder: string;
beforeAll(async () => {
  project = await createTemporaryProject({
    'secret.txt': 'secret',
    'public/index.html': 'home',
    'public/about.html': 'about',
    'public/docs/index.html': 'docs',
    'public/app.js': 'app',
  });
  folder = join(project.root, 'public');
  await symlink(join(project.root, 'secret.txt'), join(folder, 'link.txt'));
});
afterAll(() => project.remove());

describe('find', () => {
  it.each([
    [[], 'index.html'],
    [['app.js'], 'app.js'],
    [['docs'], 'docs/index.html'],
  ])('finds %j', async (path, file) => {
    expect(await createStaticFiles(folder, false).find(path)).toBe(join(folder, file));
  });

  it.each([
    [['..', 'secret.txt']],
    [['../secret.txt']],
    [['..\\secret.txt']],
    [['link.txt']],
    [['app.js\0.html']],
    [['about']],
    [['none']],
  ])('does not find %j', async (path) => {
    expect(await createStaticFiles(folder, false).find(path)).toBeNull();
  });

  it('finds a page without its extension when URLs are clean', async () => {
    expect(await createStaticFiles(folder, true).find(['about'])).toBe(join(folder, 'about.html'));
  });

  it('finds nothing when there is no folder', async () => {
    expect(await createStaticFiles(join(folder, 'none'), false).find([])).toBeNull();
  });
});

it('sends a file once, and 304 to who has it', async () => {
  const server = createServer((request, response) =>
    sendStaticFile(join(folder, 'app.js'), request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';

  const first = await fetch(url);
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect(await first.text()).toBe('app');
  const again = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['3', '']);

  server.closeAllConnections();
  server.close();
});
