import { describe, expect, it } from 'vitest';
import { createFeeds, FEED_VARIABLES, FEEDS } from '../../../lib/hazards/feeds/feeds.js';
import { NOW } from '../support/rows.js';
import { AT_ONCE, NEVER } from '../support/serve.js';

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
    expect(FEED_VARIABLES).toEqual(['GDACS_URL', 'GDACS_RSS_URL', 'USGS_URL']);
    const urls = FEEDS.flatMap(({ addresses }) => addresses.map(({ url }) => new URL(url).protocol));
    expect(urls).toEqual(Array(3).fill('https:'));
  });

  it('turns to no public address that is replaced', async () => {
    const urls = Object.fromEntries(
      FEED_VARIABLES.map((variable, index) => [variable, `http://feed-${index}/`]),
    );
    expect(await originsOf(urls)).toEqual(['feed-0', 'feed-1', 'feed-2']);
  });

  it('has no second door for a search that is replaced alone', async () => {
    expect(await originsOf({ GDACS_URL: 'http://gdacs/', USGS_URL: 'http://usgs/' })).toEqual([
      'gdacs',
      'usgs',
    ]);
  });

  it('turns to the public addresses otherwise', async () => {
    expect(await originsOf({})).toEqual(['earthquake.usgs.gov', 'www.gdacs.org']);
  });
});
