import { createHandler } from '../../lib/web/route.js';
import { latestRoute } from '../../lib/web/routes.js';

/** The latest snapshot of a region, as it is stored. */
export default { fetch: createHandler(latestRoute) };
