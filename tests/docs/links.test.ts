import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['a-week', 'benchmark', 'guarantees', 'library', 'local', 'operations', 'regions', 'storage'].map(
    (name) => `docs/${name}.md`,
  ),
  'examples/fan-out/README.md',
  'examples/next-route/README.md',
];

describe.each(PAGES)('%s', (page) => {
  it('leads nowhere that does not exist', async () => {
    const text = (await read(page)).replaceAll(/^```[\s\S]*?^```/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = await Promise.all(
      links.map(async (link) => (/^https?:/.test(link) || (await isThere(page, link)) ? [] : link)),
    );

    expect(dead.flat()).toEqual([]);
  });
});

async function isThere(page: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  const file = await stat(join(ROOT, target)).catch(() => null);
  if (file === null) return false;
  return anchor === undefined || anchorsOf(await read(target)).includes(anchor);
}

/** Headings as GitHub makes anchors of them, and anchors that are written out. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}
