import { createClient } from '@redis/client';

/**
 * A Redis client that adds nothing of its own: RESP2, because that is the shape in which Upstash answers, no
 * handshake beyond authentication, and nothing queued while the connection is down, so that an outage is heard.
 *
 * @param url `redis://` or `rediss://`
 * @param reconnectAfter ms until the next attempt, false to give up; asked after every lost or refused connection
 */
export function createRawClient(url: string, reconnectAfter: () => number | false) {
  const client = createClient({
    url,
    RESP: 2,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { reconnectStrategy: reconnectAfter },
  });
  // Without a listener Node ends the process; every caller hears the failure through its own command.
  client.on('error', () => undefined);
  return client;
}
