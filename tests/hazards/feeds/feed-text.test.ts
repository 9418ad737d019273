import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, webUrl } from '../../../lib/hazards/feeds/feed.js';

describe('cleanText', () => {
  it('makes one line of it', () => {
    expect(cleanText('  Flood\r\n in\tHerāt,\u2028 Afghanistan ')).toBe('Flood in Herāt, Afghanistan');
  });

  it('removes control characters, marks that reorder text and broken surrogates', () => {
    expect(cleanText('a\u0000b\u001bc\u009dd\u202ee\u2066f\ud800g')).toBe('abcdefg');
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
