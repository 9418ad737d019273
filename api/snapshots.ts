import { composeRunner } from '../lib/compose.js';
import { jsonBody } from '../lib/http/json-body.js';
import { parseRequest } from '../lib/http/parse.js';
import { pushedSnapshotsSchema } from '../lib/http/pushed-snapshots.js';
import { createHandler } from '../lib/http/route.js';
import { runAnswer } from '../lib/http/run-answer.js';

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
