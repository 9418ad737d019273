import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, cleanText, webUrl } from '../../../lib/hazards/feeds/texts.js';

describe('cleanText', () => {
  it('makes one line of it', () => {
    expect(cleanText('  Flood\r\n in\tHerāt,\u2028 Afghanistan ')).toBe('Flood in Herāt, Afghanistan');
  });

  it('removes control characters, marks that reorder text and broken surrogates', () => {
    expect(cleanText('a\u0000b\u001bc\u009dd\u202ee\u2066f\ud800g\u200fh\u061ci')).toBe('abcdefghi');
  });

  it('keeps markup as the text it is', () => {
    expect(cleanText('<script>alert(1)</script> & <b>Cyclone</b>')).toBe(
      '<script>alert(1)</script> & <b>Cyclone</b>',
    );
  });

  it('keeps scripts whose joiners are invisible', () => {
    expect(cleanText('می\u200cخواهم')).toBe('می\u200cخواهم');
  });

  it('cuts at 300 characters and says so, never inside one', () => {
    expect(cleanText('x'.repeat(300))).toBe('x'.repeat(300));
    expect(cleanText('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
    expect(cleanText('🌋'.repeat(400))).toBe(`${'🌋'.repeat(299)}…`);
  });

  it('leaves no control character and no broken surrogate in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(cleanText(text)).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});

describe('cleanName', () => {
  const names = Array.from({ length: 26 }, (_, index) => `Country number ${index + 1}`);

  it('keeps a list that fits, without what is empty in it', () => {
    expect(cleanName('Drought in Colombia, , Ecuador,')).toBe('Drought in Colombia, Ecuador');
  });

  it('cuts a long list with a count', () => {
    const name = cleanName(`Drought in ${names.join(', ')}`);
    expect(name).toMatch(/^Drought in Country number 1, Country number 2, .* and \d+ more$/);
    expect(name.length).toBeLessThanOrEqual(200);
    const [, more] = /and (\d+) more$/.exec(name) ?? [];
    expect(name.split(', ').length + Number(more)).toBe(26);
  });

  it('cuts a name that is not a list', () => {
    expect(cleanName('x'.repeat(500))).toBe(`${'x'.repeat(199)}…`);
    expect([...cleanName(`${'x'.repeat(500)}, y`)]).toHaveLength(200);
  });
});

describe('webUrl', () => {
  it.each([
    [
      'https://www.gdacs.org/report.aspx?eventid=1&eventtype=TC',
      'https://www.gdacs.org/report.aspx?eventid=1&eventtype=TC',
    ],
    ['HTTP://Example.org', 'http://example.org/'],
    ['https://example.org/a b"<c>', 'https://example.org/a%20b%22%3Cc%3E'],
  ])('keeps %s', (value, url) => {
    expect(webUrl(value)).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    ' java\tscript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//example.org',
    'report.aspx',
    '',
    'https://www.gdacs.org@example.org/',
    'https://:secret@example.org/',
    `https://example.org/${'x'.repeat(2_000)}`,
    null,
    undefined,
    42,
    { href: 'https://example.org' },
  ])('refuses %j', (value) => {
    expect(webUrl(value)).toBeNull();
  });
});
