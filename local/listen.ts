import { once } from 'node:events';
import type { Server } from 'node:net';
import { z } from 'zod';

/**
 * Makes a server listen on loopback, where nobody but this machine reaches it.
 *
 * @param port 0 for any free one
 * @returns the port
 * @throws Error when the port is taken
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return AddressSchema.parse(server.address()).port;
}

const AddressSchema = z.object({ port: z.number() });
