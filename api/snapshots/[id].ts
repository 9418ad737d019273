import { createHandler } from '../../lib/web/route.js';
import { snapshotRoute } from '../../lib/web/routes.js';

/** One snapshot by its id, as it is stored. It never changes. */
export default { fetch: createHandler(snapshotRoute) };
