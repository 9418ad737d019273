import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEGEND } from '../../public/app/regimes.js';
import { contrast, distance, linearRgb, type Rgb, seenWith, VISIONS } from './support/colour.js';

const STYLE = new URL('../../public/style/', import.meta.url);
const css = ['base.css', 'regimes.css'].map((file) => readFileSync(new URL(file, STYLE), 'utf8')).join('');
const tokens = [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)];

/** Five times what can just be told apart. */
const TOLD_APART = 0.1;
/** WCAG 2.2, 1.4.3 level AA. */
const READABLE = 4.5;

describe.each([
  ['light', 2],
  ['dark', 3],
])('in the %s theme', (_theme, group) => {
  const colours = new Map(tokens.map((token) => [token[1], linearRgb(token[group] ?? '')]));
  const colour = (name: string): Rgb => {
    const found = colours.get(name);
    if (found === undefined) throw new Error(`no colour ${name}`);
    return found;
  };

  it.each(Object.keys(VISIONS))('regimes can be told apart with %s', (vision) => {
    const matrix = VISIONS[vision];
    if (matrix === undefined) throw new Error('no such vision');
    const seen = LEGEND.map(({ key }) => ({ key, colour: seenWith(matrix, colour(key)) }));
    const pairs = seen.flatMap((a, i) => seen.slice(i + 1).map((b) => ({ a, b })));
    for (const { a, b } of pairs) {
      expect(distance(a.colour, b.colour), `${a.key} and ${b.key}`).toBeGreaterThan(TOLD_APART);
    }
  });

  it.each(Object.keys(VISIONS))('a failure cannot be taken for an emergency with %s', (vision) => {
    const matrix = VISIONS[vision];
    if (matrix === undefined) throw new Error('no such vision');
    const [failure, emergency] = [colour('failure'), colour('emergency')];
    expect(distance(seenWith(matrix, failure), seenWith(matrix, emergency))).toBeGreaterThan(TOLD_APART);
  });

  it('text on a failure can be read', () => {
    expect(contrast(colour('on-failure'), colour('failure'))).toBeGreaterThan(READABLE);
  });

  it.each(['ink', 'muted', 'link', 'warning', 'failure', 'good'])('text in %s can be read', (name) => {
    for (const behind of ['page', 'surface', 'raised']) {
      expect(contrast(colour(name), colour(behind)), behind).toBeGreaterThan(READABLE);
    }
  });
});

describe('the measures', () => {
  it('give black on white a contrast of 21', () => {
    expect(contrast(linearRgb('#000000'), linearRgb('#ffffff'))).toBeCloseTo(21, 5);
  });

  it('find red and green closer without the cone for one of them', () => {
    const [red, green] = [linearRgb('#b04030'), linearRgb('#507030')];
    const apart = (vision: string) => {
      const matrix = VISIONS[vision];
      return matrix === undefined ? Number.NaN : distance(seenWith(matrix, red), seenWith(matrix, green));
    };
    expect(apart('deuteranopia')).toBeLessThan(apart('normal') / 2);
  });
});
