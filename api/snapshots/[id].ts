import { UNKNOWN_SNAPSHOT } from '../../lib/web/problem.js';
import { READ_METHODS, snapshotAnswer } from '../../lib/web/read.js';
import { composeReader } from '../../lib/web/reader.js';
import { snapshotIdInPath } from '../../lib/web/request.js';
import { createHandler } from '../../lib/web/route.js';

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
