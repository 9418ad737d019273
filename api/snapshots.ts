import { composeRunner } from '../lib/compose.js';
import { createHandler } from '../lib/web/route.js';
import { createPushRoute } from '../lib/web/routes.js';

/** Persists snapshots that another program made. */
export default { fetch: createHandler(createPushRoute({ composeRunner })) };
