import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const SECTIONS = ['unknown-is-never-calm', 'places', 'texts', 'counts', 'windows'] as const;

/** One case for each entry of a section, in the order of the file; a text says why an entry is held elsewhere. */
export type OddCases = Record<(typeof SECTIONS)[number], readonly ((() => Promise<void>) | string)[]>;

const ODD = z
  .object(
    Object.fromEntries(SECTIONS.map((section) => [section, z.array(z.looseObject({ right: z.string() }))])),
  )
  .parse(JSON.parse(readFileSync(new URL('../../captures/odd-feeds.json', import.meta.url), 'utf8')));

/** Judges inputs that once came out wrong, section by section. @param title what they are held against */
export function judgeOddFeeds(title: string, cases: OddCases): void {
  describe.each(SECTIONS)(`${title}: %s`, (section) => {
    const entries = ODD[section] ?? [];

    it('has a case, or a reason why not, for every entry', () => {
      expect(cases[section]).toHaveLength(entries.length);
    });

    const judged = entries.flatMap((entry, index) => {
      const { right, was: _was, after: _after, seen: _seen, ...what } = entry;
      const run = cases[section][index];
      return typeof run === 'function' ? [{ what: JSON.stringify(what).slice(0, 100), right, run }] : [];
    });
    it.each(judged)('$what → $right', ({ run }) => run());
  });
}
