import { createHandler } from '../lib/web/route.js';
import { runsRoute } from '../lib/web/routes.js';

/** The reports of the last runs. */
export default { fetch: createHandler(runsRoute) };
