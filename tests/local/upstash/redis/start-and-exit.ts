import { startRedis } from '../../../../local/upstash/redis/redis-engine.js';

/** A program that starts the redis-server it is given, prints where it answers, and exits without closing it. */
const engine = await startRedis({ binary: process.argv[2] ?? '' });
process.stdout.write(engine.url, () => process.exit());
