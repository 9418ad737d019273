import { READ_METHODS, readAnswer } from '../lib/web/read.js';
import { composeReader } from '../lib/web/reader.js';
import { createHandler } from '../lib/web/route.js';

/** The reports of the last runs. */
export default createHandler({
  methods: READ_METHODS,
  access: 'read',
  async answer(_req, config) {
    return readAnswer(config, await composeReader(config).runs());
  },
});
