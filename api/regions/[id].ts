import { composeReader } from '../../lib/compose-reader.js';
import { createHandler } from '../../lib/http/route.js';
import { regionInPath } from '../../lib/read/path.js';
import { noSnapshot } from '../../lib/read/problems.js';
import { READ_METHODS, snapshotAnswer } from '../../lib/read/read-answer.js';

/** The latest snapshot of a region, as it is stored. */
export default createHandler({
  methods: READ_METHODS,
  access: 'read',
  async answer(req, config) {
    const region = regionInPath(req);
    if ('problem' in region) return region;
    const latest = await composeReader(config).latest(region.value);
    return snapshotAnswer(req, config, latest, noSnapshot(region.value));
  },
});
