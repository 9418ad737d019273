import { expect, it } from 'vitest';
import { compileSource } from '../../../local/vercel/patterns.js';

it.each([
  ['/about', '/about', {}],
  ['/about', '/about/', null],
  ['/a.b', '/axb', null],
  ['/(.*)', '/any/path', { 0: 'any/path' }],
  ['/api/:path*', '/api/a/b', { path: 'a/b' }],
  ['/api/:path*', '/api', { path: '' }],
  ['/api/:path+', '/api', null],
  ['/api/:path+', '/api/a/b', { path: 'a/b' }],
  ['/api/:path?', '/api', { path: '' }],
  ['/user/:id', '/user/7', { id: '7' }],
  ['/user/:id', '/user/7/8', null],
  ['/user/:id(\\d+)', '/user/x', null],
  ['/user/:id(\\d+)/posts/:post', '/user/7/posts/a', { id: '7', post: 'a' }],
  ['/((?!api/).*)', '/index.html', { 0: 'index.html' }],
  ['/((?!api/).*)', '/api/health', null],
])('%s on %s', (source, path, params) => {
  expect(compileSource(source)(path)).toEqual(params);
});

it.each(['/a{b}', '/a*', '/(a(b(c)))'])('refuses %s, which it would match wrongly', (source) => {
  expect(() => compileSource(source)).toThrow(source);
});
