import { createHash } from 'node:crypto';

/** A strong entity tag: the same for the same text, and for no other. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/**
 * Whether a caller has this representation already (RFC 9110, section 13.1.2). Tags are compared weakly, as that
 * section wants it: a proxy that compresses makes a strong tag weak.
 *
 * @param ifNoneMatch the header: `*`, or a list of tags
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(OPAQUE_TAG)].some(([tag]) => tag === etag);
}

/** The quoted part of a tag; a comma may stand in it. */
const OPAQUE_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;
