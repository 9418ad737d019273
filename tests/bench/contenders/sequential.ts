import { Redis } from '@upstash/redis';
import { type Connect, startWatch, type Told } from './contender.js';
import { createLayout } from './layout.js';
import { persistOne } from './persist-one.js';

/** One region after another, two requests each: what most code does. */
export const connect: Connect = (endpoint) => {
  const redis = new Redis(endpoint);
  const layout = createLayout(endpoint);
  return async (snapshots) => {
    const elapsedMs = startWatch();
    const told: Told[] = [];
    for (const snapshot of snapshots) told.push(await persistOne(redis, layout, snapshot, elapsedMs));
    return told;
  };
};
