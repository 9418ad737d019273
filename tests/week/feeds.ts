import { once } from 'node:events';
import { createServer } from 'node:http';
import { createFeeds } from '../../lib/hazards/feeds/feeds.js';
import { createGeography } from '../../lib/hazards/regions/points.js';
import { createHazardSource } from '../../lib/hazards/source.js';
import { listenOnLoopback } from '../../local/listen.js';
import { askedBy, quiet, type World } from '../hazards/support/cron-world.js';
import { AT_ONCE } from '../hazards/support/serve.js';

/** The real source of the hazards, over feeds on loopback that tell of a quiet world, or of the one that is set. */
export async function startFeeds() {
  let world: World | undefined;
  const server = createServer((request, response) => {
    const asked = askedBy(request.url);
    (world?.(asked) ?? quiet(asked))(response);
  });
  const origin = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  const urls = {
    GDACS_URL: `${origin}/gdacs`,
    GDACS_RSS_URL: `${origin}/rss`,
    USGS_URL: `${origin}/usgs`,
  };
  return {
    source: createHazardSource({ feeds: createFeeds(urls, AT_ONCE), geography: createGeography() }),
    set(next: World | undefined) {
      world = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
