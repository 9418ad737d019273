import { composeRunner } from '../lib/compose.js';
import { pushedSnapshotsSchema } from '../lib/web/push.js';
import { jsonBody, parseRequest } from '../lib/web/request.js';
import { createHandler } from '../lib/web/route.js';
import { runAnswer } from '../lib/web/run.js';

/** Persists snapshots that another program made. */
export default createHandler({
  methods: ['POST'],
  access: 'secret',
  async answer(req, config) {
    const body = jsonBody(req);
    if ('problem' in body) return body;
    const snapshots = parseRequest('body', pushedSnapshotsSchema(Date.now()), body.value);
    if ('problem' in snapshots) return snapshots;
    return runAnswer(await composeRunner(config).push(snapshots.value));
  },
});
