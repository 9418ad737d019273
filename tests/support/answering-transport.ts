import type { Transport } from '../../lib/persister/upstash/transport.js';

/** Takes the place of a store that answers every request with the same body. No real one can be made to answer so. */
export function answeringTransport(
  text: string,
  onPost: (body: string) => void = () => undefined,
): Transport {
  return {
    async post({ body }) {
      onPost(body);
      return { status: 200, headers: {}, text };
    },
    preconnect: () => undefined,
  };
}
