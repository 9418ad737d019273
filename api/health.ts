import { createHandler } from '../lib/web/route.js';
import { healthRoute } from '../lib/web/routes.js';

/** For monitors: 200 while every region is fresh, else 503. */
export default { fetch: createHandler(healthRoute) };
