import { composeReader } from '../../lib/compose-reader.js';
import { createHandler } from '../../lib/http/route.js';
import { snapshotIdInPath } from '../../lib/read/path.js';
import { UNKNOWN_SNAPSHOT } from '../../lib/read/problems.js';
import { READ_METHODS, snapshotAnswer } from '../../lib/read/read-answer.js';

/** One snapshot by its id, as it is stored. It never changes. */
export default createHandler({
  methods: READ_METHODS,
  access: 'read',
  async answer(req, config) {
    const id = snapshotIdInPath(req);
    if ('problem' in id) return id;
    return snapshotAnswer(req, config, await composeReader(config).snapshot(id.value), UNKNOWN_SNAPSHOT);
  },
});
