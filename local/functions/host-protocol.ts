import { z } from 'zod';

/** What the function host is told over its IPC channel. */
export const HostRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), entrypoint: z.string() }),
  /** Shut every function down, then exit. */
  z.object({ type: z.literal('close') }),
]);
export type HostRequest = z.infer<typeof HostRequestSchema>;

/** What it answers to a `start`. */
export const HostReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), entrypoint: z.string(), pid: z.int(), port: z.int() }),
  z.object({ type: z.literal('failed'), entrypoint: z.string(), message: z.string() }),
]);
export type HostReply = z.infer<typeof HostReplySchema>;
