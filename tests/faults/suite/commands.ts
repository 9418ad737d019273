/** A command as a client writes it or as the gateway reads it. */
export type AnyCommand = readonly unknown[];

/** One mention of a claim in a command: a claim itself, the fence of a commit, or the owner that a settle names. */
export interface ClaimMention {
  readonly regionId: string;
  /** Content hash. */
  readonly hash: string;
  readonly token: string;
}

const DEDUP_KEY = /\bdedup:([^:]+):([0-9a-f]{64})$/;
const CLAIM = /^claim:([0-9a-f-]{36})\./;

/** The claims that a command is about, judged by its arguments alone. */
export function claimMentions(command: AnyCommand): ClaimMention[] {
  const args = command.map(String);
  const [, regionId, hash] = args.map((arg) => DEDUP_KEY.exec(arg)).find((match) => match !== null) ?? [];
  const [, token] = args.map((arg) => CLAIM.exec(arg)).find((match) => match !== null) ?? [];
  return regionId === undefined || hash === undefined || token === undefined
    ? []
    : [{ regionId, hash, token }];
}

/** What a claim is about, as the key of a map. */
export function claimed({ regionId, hash }: Pick<ClaimMention, 'regionId' | 'hash'>): string {
  return `${regionId}:${hash}`;
}
