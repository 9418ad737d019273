import { describe, expect, it } from 'vitest';
import { apiPath, httpLink } from '../../public/app/links.js';

describe('httpLink', () => {
  it.each(['https://www.gdacs.org/report.aspx?eventid=1', 'http://example.org/'])('offers %s', (link) => {
    expect(httpLink(link)).toBe(link);
  });

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    '/api/regions',
    '',
    null,
    7,
    { href: 'https://example.org/' },
  ])('does not offer %j', (link) => {
    expect(httpLink(link)).toBeNull();
  });
});

describe('apiPath', () => {
  const origin = 'https://status.example';

  it('takes a path of the API with its query', () => {
    expect(apiPath('/api/regions/mena/history?limit=2&cursor=1-a', origin)).toBe(
      '/api/regions/mena/history?limit=2&cursor=1-a',
    );
  });

  it.each([
    'https://elsewhere.example/api/regions',
    '//elsewhere.example/api/x',
    '/other',
    '/api/../x',
    null,
  ])('does not follow %j', (link) => {
    expect(apiPath(link, origin)).toBeNull();
  });
});
