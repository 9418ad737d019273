/**
 * Whether a secret arrives in an HTTP header as it was sent. Beyond ASCII there is no agreement on the encoding: Node
 * sends such characters as Latin-1 or refuses them, and others send UTF-8.
 */
export function isHeaderSafe(secret: string): boolean {
  return /^[\x21-\x7e]+(?: +[\x21-\x7e]+)*$/.test(secret);
}
