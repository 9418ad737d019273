import { z } from 'zod';
import { claimed, claimMentions } from './commands.js';

/** What one run sent, seen from its own side. */
export interface RunRecorder {
  /** The platform's fetch, listened in on. */
  readonly fetch: typeof globalThis.fetch;
  /** The tokens of the run's own claims for a content of a region: one for each of its snapshots. */
  tokens(regionId: string, hash: string): readonly string[];
  readonly allTokens: ReadonlySet<string>;
  /** Whether a request that carried the token was not answered, or not with 200. */
  wasTroubled(token: string): boolean;
  /** Requests that are neither answered nor given up. */
  inFlight(): number;
}

const BodySchema = z.string().transform((text) => z.array(z.array(z.unknown())).parse(JSON.parse(text)));

export function createRunRecorder(): RunRecorder {
  const byContent = new Map<string, Set<string>>();
  const allTokens = new Set<string>();
  const troubled = new Set<string>();
  let inFlight = 0;

  function mentionsIn(body: unknown): string[] {
    return BodySchema.parse(body)
      .flatMap(claimMentions)
      .map((mention) => {
        const tokens = byContent.get(claimed(mention)) ?? new Set();
        byContent.set(claimed(mention), tokens.add(mention.token));
        allTokens.add(mention.token);
        return mention.token;
      });
  }

  return {
    async fetch(input, init) {
      const tokens = mentionsIn(init?.body);
      let answered = false;
      inFlight += 1;
      try {
        const response = await fetch(input, init);
        answered = response.ok;
        return response;
      } finally {
        inFlight -= 1;
        if (!answered) for (const token of tokens) troubled.add(token);
      }
    },
    tokens: (regionId, hash) => [...(byContent.get(claimed({ regionId, hash })) ?? [])],
    allTokens,
    wasTroubled: (token) => troubled.has(token),
    inFlight: () => inFlight,
  };
}
