import { composeRunner, composeSource } from '../../lib/compose.js';
import { createHandler } from '../../lib/web/route.js';
import { createRunRoute } from '../../lib/web/routes.js';

/** A run: what Vercel's cron calls four times a day, and what a person may call by hand. */
export default { fetch: createHandler(createRunRoute({ composeRunner, composeSource })) };
