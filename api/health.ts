import { composeReader } from '../lib/compose-reader.js';
import { createHandler } from '../lib/http/route.js';
import { READ_METHODS } from '../lib/read/read-answer.js';

/** For monitors: 200 while every region is fresh, else 503. Open whatever READ_TOKEN is, and never cached. */
export default createHandler({
  methods: READ_METHODS,
  access: 'open',
  async answer(_req, config) {
    const health = await composeReader(config).health();
    return { status: health.status === 'ok' ? 200 : 503, body: health };
  },
});
