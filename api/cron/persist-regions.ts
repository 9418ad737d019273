import { composeRunner, composeSource } from '../../lib/compose.js';
import { parseRequest } from '../../lib/web/request.js';
import { createHandler } from '../../lib/web/route.js';
import { RunQuerySchema, runAnswer, triggerOf } from '../../lib/web/run.js';

/** A run: what Vercel's cron calls four times a day, and what a person may call by hand. */
export default createHandler({
  methods: ['GET', 'POST'],
  access: 'secret',
  async answer(req, config) {
    const query = parseRequest('query', RunQuerySchema, req.query);
    if ('problem' in query) return query;
    const { regionIds, dryRun } = query.value;
    const source = composeSource(config);
    const result = await composeRunner(config).run({ source, regionIds, dryRun, trigger: triggerOf(req) });
    return runAnswer(result, dryRun);
  },
});
