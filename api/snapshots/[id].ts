import { byMethod, createHandler } from '../../lib/web/route.js';
import { createRemoveRoute, snapshotRoute } from '../../lib/web/routes.js';

const routes = [snapshotRoute, createRemoveRoute()];

/** One snapshot by its id, as it is stored; DELETE removes it. */
export default {
  fetch: byMethod(routes.map((route) => ({ methods: route.methods, handler: createHandler(route) }))),
};
