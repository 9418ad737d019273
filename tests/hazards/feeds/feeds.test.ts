import { describe, expect, it } from 'vitest';
import { createFeeds, FEED_VARIABLES, FEEDS } from '../../../lib/hazards/feeds/feeds.js';
import { NOW } from '../support/rows.js';
import { AT_ONCE, NEVER } from '../support/serve.js';

const ADDRESSES = FEEDS.flatMap(({ addresses }) => addresses);

/** The origins that the feeds turn to, when nothing answers. */
async function originsOf(urls: Record<string, string>): Promise<string[]> {
  const asked = new Set<string>();
  const fetch: typeof globalThis.fetch = async (url) => {
    asked.add(new URL(String(url)).host);
    return new Response(null, { status: 503 });
  };
  await Promise.allSettled(
    createFeeds(urls, { ...AT_ONCE, fetch }).map((feed) => feed.read({ now: NOW, signal: NEVER })),
  );
  return [...asked].sort();
}

describe('FEEDS', () => {
  it('has a variable of its own for each address', () => {
    expect(FEED_VARIABLES).toEqual(expect.arrayContaining(['GDACS_URL', 'GDACS_RSS_URL', 'USGS_URL']));
    expect(new Set(FEED_VARIABLES).size).toBe(FEED_VARIABLES.length);
    for (const { url } of ADDRESSES) expect(new URL(url).protocol).toBe('https:');
  });

  it('turns to no public address that is replaced', async () => {
    const urls = Object.fromEntries(
      FEED_VARIABLES.map((variable, index) => [variable, `http://feed-${index}/`]),
    );
    expect(await originsOf(urls)).toEqual(FEED_VARIABLES.map((_, index) => `feed-${index}`).toSorted());
  });

  it('has no second door for a search that is replaced alone', async () => {
    const origins = await originsOf({ GDACS_URL: 'http://gdacs/' });
    expect(origins).toContain('gdacs');
    expect(origins).not.toContain('www.gdacs.org');
  });

  it('turns to the public addresses otherwise', async () => {
    const hosts = new Set(ADDRESSES.map(({ url }) => new URL(url).host));
    expect(await originsOf({})).toEqual([...hosts].sort());
  });
});
