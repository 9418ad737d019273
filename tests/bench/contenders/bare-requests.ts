import { createTransport } from '../../../lib/persister/upstash/transport.js';
import { type Connect, startWatch } from './contender.js';

/**
 * The floor: requests that do next to nothing, one after the other, with nothing between them and the network but
 * the HTTP client that ours uses, too (fetch is slower). Nothing that needs as many steps can be faster.
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

const transport = createTransport();
const never = new AbortController().signal;

/** @throws when the answer is no 200 */
export async function post(url: string, token: string, body: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const { status } = await transport.post({ url, headers, body, signal: never, mostBytes: 1_000_000 });
  if (status !== 200) throw new Error(`a bare request was answered ${status}`);
}
