import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadVercelConfig } from '../../local/vercel/config.js';
import { compileSource } from '../../local/vercel/patterns.js';
import { LEVEL_MARKS } from '../../public/app/service.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PUBLIC = join(ROOT, 'public');

const read = (path: string) => readFileSync(join(PUBLIC, path), 'utf8');
const filesIn = (folder: string) => readdirSync(join(PUBLIC, folder)).map((name) => join(folder, name));
const scripts = filesIn('app');
const html = read('index.html');

describe('the files of the page', () => {
  it('travel as less than 85 kB, compressed as the platform sends them', () => {
    const loaded = [
      ...scripts,
      ...filesIn('style'),
      'vendor/world-map/world-map.js',
      'index.html',
      'favicon-well.svg',
    ];
    const bytes = loaded.reduce((sum, path) => sum + gzipSync(read(path)).length, 0);
    expect(bytes).toBeLessThan(85_000);
  });

  it.each(scripts)('%s makes no markup of text', (path) => {
    expect(read(path)).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML/,
    );
  });

  it.each(scripts)('%s evaluates nothing, and sets no style or handler as an attribute', (path) => {
    expect(read(path)).not.toMatch(/\beval\(|new Function|setAttribute\('(?:style|on)|\bstyle: /);
  });

  it('hold no inline script, style or handler', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    for (const [, attributes = '', content = ''] of html.matchAll(/<script([^>]*)>([^<]*)/g)) {
      expect([attributes.includes(' src="/app/'), content]).toEqual([true, '']);
    }
  });

  it('have an icon for every state of the service', () => {
    for (const level of Object.keys(LEVEL_MARKS)) expect(read(`favicon-${level}.svg`)).toContain('<title>');
  });

  it('load nothing from another host', () => {
    expect(
      [...html.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]*)"/g)].map(([, url]) => url),
    ).toSatisfy((urls: string[]) => urls.length > 5 && urls.every((url) => url.startsWith('/')));
    for (const path of filesIn('style')) expect(read(path)).not.toMatch(/@import|url\(/);
  });

  it('let no link to elsewhere take this page along', () => {
    const outside = [...html.matchAll(/<a [^>]*href="https?:[^>]*>/g)].map(([tag]) => tag);
    expect(outside.length).toBeGreaterThan(1);
    for (const tag of outside) expect(tag).toContain('rel="noopener noreferrer"');
  });
});

describe('the headers in vercel.json', async () => {
  const { headers } = await loadVercelConfig(ROOT);
  const on = (path: string) =>
    new Map(
      headers
        .filter(({ source }) => compileSource(source)(path) !== null)
        .flatMap((rule) => rule.headers.map(({ key, value }) => [key.toLowerCase(), value] as const)),
    );

  it.each(['/', '/index.html', '/app/main.js', '/vendor/world-map/world-map.js'])('guard %s', (path) => {
    const policy = new Map(
      on(path)
        .get('content-security-policy')
        ?.split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')] as const),
    );
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'img-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(on(path).get('x-content-type-options')).toBe('nosniff');
    expect(on(path).get('referrer-policy')).toBe('no-referrer');
  });

  it('leave caching to the API', () => {
    expect(on('/api/regions').has('cache-control')).toBe(false);
  });
});
