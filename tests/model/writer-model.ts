import { type Request, requestOf } from './store-model.js';

export type WriterName = 'A' | 'B';
/** Stands for a content hash. */
export type Content = 'x' | 'y';

/** What a writer reports, when it does. */
export type ModelOutcome =
  | 'persisted'
  | 'in-flight'
  | 'failed: no'
  | 'failed: unknown'
  | `duplicate of ${string}`;

export interface Writer {
  readonly name: WriterName;
  readonly content: Content;
  /** The request whose answer it waits for; null when it has ended or is dead. */
  readonly awaits: Request | null;
  readonly claims: number;
  readonly commits: number;
  readonly settles: number;
  /** From the claim's answer. */
  readonly fence: string | null;
  /** Why it settles: no answer to a claim, none to a commit, or a commit that was refused. */
  readonly setback: 'claim' | 'commit' | 'refused' | null;
  /** A lost claim is made again once. */
  readonly reclaimed: boolean;
  /** A commit was sent and not heard. */
  readonly unheard: boolean;
  readonly outcome: ModelOutcome | null;
}

/** A writer as it goes on, and the request that it has just sent. */
export interface Moved {
  readonly writer: Writer;
  readonly sent: Request | null;
}

/** A writer that waits for nothing and knows nothing. */
export function atRest(name: WriterName, content: Content): Writer {
  return {
    name,
    content,
    awaits: null,
    claims: 0,
    commits: 0,
    settles: 0,
    fence: null,
    setback: null,
    reclaimed: false,
    unheard: false,
    outcome: null,
  };
}

/** A writer that has sent its first claim. */
export function newWriter(name: WriterName, content: Content): { writer: Writer; sent: Request } {
  const writer = atRest(name, content);
  const sent = claimOf(writer, true);
  return { writer: { ...writer, claims: 1, awaits: sent }, sent };
}

/** Its next claim. */
export function claimOf({ name, content, claims }: Writer, fencePerRequest: boolean): Request {
  const value = `claim:${name}.${fencePerRequest ? claims + 1 : 1}`;
  return requestOf({ kind: 'claim', by: name, content, value });
}
