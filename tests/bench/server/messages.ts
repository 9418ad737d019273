import { z } from 'zod';

/** How the store is to behave from now on. */
export const ConditionsSchema = z.object({
  roundTripMs: z.number().min(0),
  /** `near`: the round trip is added to each request. `far`: TLS, and every handshake costs its round trips, too. */
  front: z.enum(['near', 'far']),
  /** What happens to the request that writes this region; null when nothing does. */
  fault: z
    .object({
      region: z.string(),
      /** Slow by this many ms, or answered with a status of 500 each time. */
      effect: z.union([z.object({ slowMs: z.number() }), z.literal('fails')]),
    })
    .nullable(),
});
export type Conditions = z.infer<typeof ConditionsSchema>;

/** What arrived since the conditions were set. */
export const TrafficSchema = z.object({
  requests: z.int(),
  commands: z.int(),
  /** Bytes of request bodies. */
  bytes: z.int(),
  /** Connections opened, on whichever front. */
  connections: z.int(),
  /** Those of them that were opened when every claim (SET NX) had arrived. Only for the far front. */
  lateConnections: z.int(),
  /** TLS handshakes. */
  handshakes: z.int(),
});
export type Traffic = z.infer<typeof TrafficSchema>;

export const AskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set'), conditions: ConditionsSchema }),
  z.object({ kind: z.literal('traffic') }),
]);
export type Ask = z.infer<typeof AskSchema>;

export const ReadySchema = z.object({
  nearUrl: z.string(),
  farUrl: z.string(),
  token: z.string(),
  /** PEM of the authority that the far front's certificate is signed by. */
  authority: z.string(),
  /** Sample feeds, by the variables that replace the addresses of the real ones. */
  feeds: z.record(z.string(), z.string()),
  redisUrl: z.string(),
  /** Name and version, for the reader of the results. */
  redis: z.string(),
});
export type Ready = z.infer<typeof ReadySchema>;

/** What the server says: that it is ready, then an answer to each question in turn. */
export const SaidSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), ready: ReadySchema }),
  z.object({ kind: z.literal('traffic'), traffic: TrafficSchema }),
]);
export type Said = z.infer<typeof SaidSchema>;
