import { describe, expect, it } from 'vitest';
import { hasId, idIn, matchesPath, urlOf } from '../../lib/web/request.js';

describe('idIn', () => {
  it.each([
    ['/api/regions/mena', '/regions/{id}', 'mena'],
    ['/api/regions/mena/', '/regions/{id}', 'mena'],
    ['/mena', '/regions/{id}', 'mena'],
    ['/api/regions/mena/history', '/regions/{id}/history', 'mena'],
    ['/under/many/folders/mena/history', '/regions/{id}/history', 'mena'],
    ['/api/snapshots/a%3Ab%2Fc', '/snapshots/{id}', 'a:b/c'],
    ['/api/regions', '/regions', ''],
    ['/', '/regions/{id}', ''],
    ['/history', '/regions/{id}/history', ''],
    ['/api/regions/%', '/regions/{id}', ''],
    ['/api/regions/%E0%A4%A/history', '/regions/{id}/history', ''],
  ])('of %s on %s is %j', (pathname, pattern, id) => {
    expect(idIn(pathname, pattern)).toBe(id);
    expect(hasId(pattern)).toBe(pattern.includes('{id}'));
  });
});

describe('matchesPath', () => {
  it.each([
    ['/api/regions', '/api/regions'],
    ['/api/regions/', '/api/regions'],
    ['/api/regions/mena', '/api/regions/{id}'],
    ['/api/regions/%zz', '/api/regions/{id}'],
    ['/api/regions/mena/history/', '/api/regions/{id}/history'],
  ])('takes %s for %s', (pathname, pattern) => {
    expect(matchesPath(pathname, pattern)).toBe(true);
  });

  it.each([
    ['/', '/api/regions'],
    ['/regions', '/api/regions'],
    ['/api/regionsx', '/api/regions'],
    ['/API/regions', '/api/regions'],
    ['//api/regions', '/api/regions'],
    ['/api//regions', '/api/regions'],
    ['/api/regions//', '/api/regions/{id}'],
    ['/api/regions', '/api/regions/{id}'],
    ['/api/regions/mena/history', '/api/regions/{id}'],
    ['/api/regions//history', '/api/regions/{id}/history'],
    ['/api/regions/{id}/other', '/api/regions/{id}/history'],
  ])('does not take %s for %s', (pathname, pattern) => {
    expect(matchesPath(pathname, pattern)).toBe(false);
  });
});

describe('urlOf', () => {
  it('reads a URL that is valid', () => {
    expect(urlOf({ url: 'http://127.0.0.1:3000/api/runs?x=1' })?.pathname).toBe('/api/runs');
  });

  it.each(['http://[/api/runs', 'http://a b/', '/api/runs', ''])('gives null for %j', (url) => {
    expect(urlOf({ url })).toBeNull();
  });
});
