import { createHandler } from '../lib/web/route.js';
import { regionsRoute } from '../lib/web/routes.js';

/** The head of every region. */
export default { fetch: createHandler(regionsRoute) };
