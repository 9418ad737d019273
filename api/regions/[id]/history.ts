import { createHandler } from '../../../lib/web/route.js';
import { historyRoute } from '../../../lib/web/routes.js';

/** Regime and pressure of a region over time, newest first. */
export default { fetch: createHandler(historyRoute) };
