import { HistoryQuerySchema } from '../../../lib/web/history.js';
import { READ_METHODS, readAnswer } from '../../../lib/web/read.js';
import { composeReader } from '../../../lib/web/reader.js';
import { parseRequest, regionInPath } from '../../../lib/web/request.js';
import { createHandler } from '../../../lib/web/route.js';

/** Regime and pressure of a region over time, newest first: one call is enough for a chart. */
export default createHandler({
  methods: READ_METHODS,
  access: 'read',
  async answer(req, config) {
    const region = regionInPath(req);
    if ('problem' in region) return region;
    const query = parseRequest('query', HistoryQuerySchema, req.query);
    if ('problem' in query) return query;
    return readAnswer(config, await composeReader(config).history(region.value, query.value));
  },
});
