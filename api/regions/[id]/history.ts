import { composeReader } from '../../../lib/compose-reader.js';
import { parseRequest } from '../../../lib/http/parse.js';
import { createHandler } from '../../../lib/http/route.js';
import { HistoryQuerySchema } from '../../../lib/read/history-query.js';
import { regionInPath } from '../../../lib/read/path.js';
import { READ_METHODS, readAnswer } from '../../../lib/read/read-answer.js';

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
