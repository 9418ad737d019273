import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Connect, startWatch } from './contender.js';

/**
 * The floor: requests that do next to nothing, one after the other, with nothing between them and the network but
 * fetch. Nothing that needs as many steps can be faster.
 */
export const connectBare =
  (requests: number): Connect =>
  ({ url, token }) =>
  async (snapshots) => {
    const elapsedMs = startWatch();
    for (let sent = 0; sent < requests; sent += 1) await ping(url, token);
    return snapshots.map(({ region_id: regionId }) => ({
      regionId,
      status: 'persisted',
      doneMs: elapsedMs(),
    }));
  };

async function ping(url: string, token: string): Promise<void> {
  await post(`${url}/pipeline`, token, '[["PING"]]');
}

/** @throws when the answer is no 200 */
export async function post(url: string, token: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body });
  await response.text();
  // Only then is the connection free for the next one.
  await nextTurn();
  if (!response.ok) throw new Error(`a bare request was answered ${response.status}`);
}
