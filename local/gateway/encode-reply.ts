export type JsonReply = null | number | string | readonly JsonReply[];

/**
 * Turns a RESP2 reply into what Upstash answers as `result`. Integers stay numbers (past 2^53 as exact as a double),
 * nil is null, arrays nest.
 *
 * @param reply status replies as strings, bulk strings as Buffers
 * @param base64 whether strings are encoded. "OK" never is (the one exception the documentation makes); another
 *   status, and an OK inside an array, is, because the client of Upstash decodes them
 * @throws TypeError for a value that RESP2 does not have
 */
export function encodeReply(reply: unknown, base64: boolean): JsonReply {
  if (reply === 'OK') return reply;
  return encode(reply, base64 ? toBase64 : toText);
}

function encode(reply: unknown, string: (value: string | Buffer) => string): JsonReply {
  if (reply === null || typeof reply === 'number') return reply;
  if (typeof reply === 'string' || Buffer.isBuffer(reply)) return string(reply);
  if (Array.isArray(reply)) return reply.map((item) => encode(item, string));
  // A script may return an error among other values: inside an array there is no other place for it.
  if (reply instanceof Error) return string(reply.message);
  throw new TypeError(`a RESP2 reply is never a ${typeof reply}`);
}

function toBase64(value: string | Buffer): string {
  return Buffer.from(value).toString('base64');
}

/** Bytes that are not UTF-8 become U+FFFD, as they do at Upstash. */
function toText(value: string | Buffer): string {
  return value.toString();
}
