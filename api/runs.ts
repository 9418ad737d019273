import { composeReader } from '../lib/compose-reader.js';
import { createHandler } from '../lib/http/route.js';
import { READ_METHODS, readAnswer } from '../lib/read/read-answer.js';

/** The reports of the last runs. */
export default createHandler({
  methods: READ_METHODS,
  access: 'read',
  async answer(_req, config) {
    return readAnswer(config, await composeReader(config).runs());
  },
});
