import { once } from 'node:events';
import { createServer } from 'node:http';
import { createGdacsFeeds } from '../../lib/hazards/feeds/gdacs.js';
import { createUsgsFeed } from '../../lib/hazards/feeds/usgs.js';
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
  const feeds = [
    ...createGdacsFeeds({ ...AT_ONCE, url: `${origin}/gdacs`, rssUrl: `${origin}/rss` }),
    createUsgsFeed({ ...AT_ONCE, url: `${origin}/usgs` }),
  ];
  return {
    source: createHazardSource({ feeds, geography: createGeography() }),
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
