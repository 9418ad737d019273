import { READ_METHODS } from '../lib/web/read.js';
import { composeReader } from '../lib/web/reader.js';
import { createHandler } from '../lib/web/route.js';

/** For monitors: 200 while every region is fresh, else 503. Open whatever READ_TOKEN is, and never cached. */
export default createHandler({
  methods: READ_METHODS,
  access: 'open',
  async answer(_req, config) {
    const health = await composeReader(config).health();
    return { status: health.status === 'ok' ? 200 : 503, body: health };
  },
});
