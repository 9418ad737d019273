import { describe, expect, it } from 'vitest';
import { createRouter } from '../../../local/functions/router.js';
import { VercelConfigSchema } from '../../../local/functions/vercel-config.js';

const functions = [
  { entrypoint: 'api/regions/index.ts', segments: ['api', 'regions'] },
  { entrypoint: 'api/regions/[id].ts', segments: ['api', 'regions', '[id]'] },
];
const present = new Set(['', 'about.html', 'docs/a b.txt', 'shadowed']);

function routerWith(config: object) {
  const files = {
    find: async (path: readonly string[]) => {
      const name = path.join('/');
      return present.has(name) ? `/public/${name}` : null;
    },
  };
  return createRouter({ functions, files, config: VercelConfigSchema.parse(config) });
}

describe('resolve', () => {
  const router = routerWith({
    rewrites: [
      { source: '/shadowed', destination: '/api/regions' },
      { source: '/r/:id', destination: '/api/regions/:id' },
      { source: '/q/:limit', destination: '/api/regions?from=0' },
      { source: '/dead/(.*)', destination: '/nowhere' },
      { source: '/dead/end', destination: '/' },
    ],
  });

  it.each([
    ['/', { kind: 'static', file: '/public/' }],
    ['/docs/a%20b.txt?x', { kind: 'static', file: '/public/docs/a b.txt' }],
    ['/api/regions', { kind: 'function', entrypoint: 'api/regions/index.ts', search: '' }],
    ['/api/regions/?a=1', { kind: 'function', entrypoint: 'api/regions/index.ts', search: '?a=1' }],
    ['/api/regions/mena', { kind: 'function', entrypoint: 'api/regions/[id].ts', search: '?id=mena' }],
    [
      '/api/regions/a%2Fb?x=1',
      { kind: 'function', entrypoint: 'api/regions/[id].ts', search: '?x=1&id=a%2Fb' },
    ],
    ['/api/nothing', { kind: 'not-found' }],
    ['/api/regions/%zz', { kind: 'malformed' }],
    ['http://elsewhere/', { kind: 'malformed' }],
  ])('%s', async (url, target) => {
    expect(await router.resolve(url)).toEqual(target);
  });

  it('lets the path win over a query parameter of the same name', async () => {
    expect(await router.resolve('/api/regions/mena?id=europe&id=latam')).toMatchObject({
      search: '?id=mena',
    });
  });

  it.each([
    ['a file over its rewrite', '/shadowed', { kind: 'static', file: '/public/shadowed' }],
    [
      'the path',
      '/r/mena?a=1',
      { kind: 'function', entrypoint: 'api/regions/[id].ts', search: '?a=1&id=mena' },
    ],
    [
      'the query',
      '/q/3',
      { kind: 'function', entrypoint: 'api/regions/index.ts', search: '?from=0&limit=3' },
    ],
    ['the next rule when one leads nowhere', '/dead/end', { kind: 'static', file: '/public/' }],
  ])('rewrites: %s', async (_case, url, target) => {
    expect(await router.resolve(url)).toEqual(target);
  });

  it('redirects to clean URLs when vercel.json asks for them', async () => {
    const clean = routerWith({ cleanUrls: true });
    expect(await clean.resolve('/about.html?a=1')).toEqual({ kind: 'redirect', location: '/about?a=1' });
    expect(await router.resolve('/about.html')).toMatchObject({ kind: 'static' });
  });
});

describe('headersFor', () => {
  it('answers the headers of every rule that matches, in their order', () => {
    const router = routerWith({
      headers: [
        { source: '/(.*)', headers: [{ key: 'a', value: '1' }] },
        { source: '/api/:path*', headers: [{ key: 'b', value: '2' }] },
      ],
    });
    expect(router.headersFor('/api/regions?x')).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]);
    expect(router.headersFor('/')).toEqual([{ key: 'a', value: '1' }]);
  });
});
