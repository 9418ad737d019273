import { byMethod, createHandler } from '../../lib/web/route.js';
import { createRemoveRoute, snapshotRoute } from '../../lib/web/routes.js';

const removeRoute = createRemoveRoute();

/** One snapshot by its id, as it is stored; DELETE removes it. */
export default {
  fetch: byMethod([
    { methods: snapshotRoute.methods, handler: createHandler(snapshotRoute) },
    { methods: removeRoute.methods, handler: createHandler(removeRoute) },
  ]),
};
