import { noSnapshot } from '../../lib/web/problem.js';
import { READ_METHODS, snapshotAnswer } from '../../lib/web/read.js';
import { composeReader } from '../../lib/web/reader.js';
import { regionInPath } from '../../lib/web/request.js';
import { createHandler } from '../../lib/web/route.js';

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
