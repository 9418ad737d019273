import { z } from 'zod';
import { createTransport, type Transport } from '../../../lib/persister/upstash/transport.js';
import { claimed, claimMentions } from './commands.js';

/** What one run sent, seen from its own side. */
export interface RunRecorder {
  /** The store's own transport, listened in on. */
  readonly transport: Transport;
  /** The tokens of the run's own claims for a content of a region: one for each of its snapshots. */
  tokens(regionId: string, hash: string): readonly string[];
  readonly allTokens: ReadonlySet<string>;
  /** Whether a request that carried the token was not answered, or not with 200. */
  wasTroubled(token: string): boolean;
  /** The same of a content of a region: to look whether a duplicate is there carries no token. */
  wasContentTroubled(regionId: string, hash: string): boolean;
  /** Requests that are neither answered nor given up. */
  inFlight(): number;
}

/** One for all runs, as in a warm process. */
const transport = createTransport();

const BodySchema = z.string().transform((text) => z.array(z.array(z.unknown())).parse(JSON.parse(text)));

const AnswerSchema = z.string().transform((text, { addIssue }) => {
  try {
    return JSON.parse(text);
  } catch {
    addIssue('no JSON');
  }
});

const DEDUP_KEY = /dedup:([A-Za-z0-9._-]+):([0-9a-f]{64})/g;

/** Whether it is an answer without an error of a command: no content of these runs holds the word. */
function isSound(text: string): boolean {
  return AnswerSchema.safeParse(text).success && !text.includes('"error"');
}

export function createRunRecorder(): RunRecorder {
  const byContent = new Map<string, Set<string>>();
  const allTokens = new Set<string>();
  const troubled = new Set<string>();
  const troubledContents = new Set<string>();
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
    transport: {
      async post(request) {
        const tokens = mentionsIn(request.body);
        let answered = false;
        let sound = false;
        inFlight += 1;
        try {
          const reply = await transport.post(request);
          answered = reply.status === 200;
          sound = answered && isSound(reply.text);
          return reply;
        } finally {
          inFlight -= 1;
          if (!answered) for (const token of tokens) troubled.add(token);
          if (!sound) {
            for (const [, regionId = '', hash = ''] of request.body.matchAll(DEDUP_KEY)) {
              troubledContents.add(claimed({ regionId, hash }));
            }
          }
        }
      },
      preconnect: (url, connections) => transport.preconnect(url, connections),
    },
    tokens: (regionId, hash) => [...(byContent.get(claimed({ regionId, hash })) ?? [])],
    allTokens,
    wasTroubled: (token) => troubled.has(token),
    wasContentTroubled: (regionId, hash) => troubledContents.has(claimed({ regionId, hash })),
    inFlight: () => inFlight,
  };
}
