import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

/** The files of `lib/` that the tables name: a row may name several, each after the folder of the one before it. */
function filesOnPage(): string[] {
  const sections = page.slice(0, page.indexOf('### What holds across rooms')).split(/^### /m);
  return sections.slice(1).flatMap((section) => {
    const room = /^`([\w/]+)\/`/.exec(section)?.[1] ?? '';
    return [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names = '']) => {
      let folder = '';
      return [...names.matchAll(/`([^`]+\.ts)`/g)].map(([, name = '']) => {
        if (name.includes('/')) folder = dirname(name);
        return join(room, name.includes('/') ? name : join(folder, name));
      });
    });
  });
}

it('names every file of lib/ once, and no other', () => {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  expect(filesOnPage().toSorted()).toEqual(files.filter((file) => file.endsWith('.ts')).toSorted());
});

it('shows the first level of lib/ with at most ten entries', () => {
  expect(readdirSync(join(ROOT, 'lib')).length).toBeLessThanOrEqual(10);
});
