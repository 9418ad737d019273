import { processTransport } from '../../lib/persister/upstash/transport.js';

/** One for each lane of a run: what the run opens later anyway. */
const CONNECTIONS = 8;

// A scheduled function is cold every time. Its TLS handshakes take two round trips, and what it loads takes about as
// long: both go on at the same time. Hence the imports below, which the engine would otherwise load before this line.
const url = process.env.UPSTASH_REDIS_REST_URL?.trim() || process.env.KV_REST_API_URL?.trim();
if (url) processTransport.preconnect(url, CONNECTIONS);
const loading = loadHandler();

/** A run: what Vercel's cron calls four times a day, and what a person may call by hand. */
export default { fetch: async (request: Request) => (await loading)(request) };

async function loadHandler() {
  const [{ composeRunner, composeSource }, { createHandler }, { createRunRoute }] = await Promise.all([
    import('../../lib/compose.js'),
    import('../../lib/web/route.js'),
    import('../../lib/web/routes.js'),
    // For the first request, which would otherwise wait for it.
    import('@upstash/redis'),
  ]);
  return createHandler(createRunRoute({ composeRunner, composeSource }));
}
