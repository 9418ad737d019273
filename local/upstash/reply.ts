/**
 * Turns a RESP2 reply into the JSON text that Upstash answers as `result`. Integers keep all their digits, nil is null,
 * arrays nest.
 *
 * @param reply status replies and integers as strings, bulk strings as Buffers
 * @param base64 whether strings are encoded. "OK" never is (the one exception in the documentation); another status,
 *   and an OK inside an array, is, because the client of Upstash decodes them
 * @throws TypeError for a value that RESP2 does not have
 */
export function encodeJson(reply: unknown, base64: boolean): string {
  if (reply === 'OK') return '"OK"';
  return toJson(reply, base64 ? toBase64 : toText);
}

function toJson(reply: unknown, string: (value: string | Buffer) => string): string {
  if (reply === null) return 'null';
  if (isInteger(reply)) return reply;
  if (typeof reply === 'string' || Buffer.isBuffer(reply)) return JSON.stringify(string(reply));
  if (Array.isArray(reply)) return `[${reply.map((item) => toJson(item, string)).join(',')}]`;
  // A script may return an error among other values: inside an array there is no other place for it.
  if (reply instanceof Error) return JSON.stringify(string(reply.message));
  throw new TypeError(`a RESP2 reply is never a ${typeof reply}`);
}

/**
 * Turns a reply back into the bytes in which Redis sent it.
 *
 * @throws TypeError for a value that RESP2 does not have
 */
export function encodeResp(reply: unknown): Buffer {
  if (reply === null) return Buffer.from('$-1\r\n');
  if (isInteger(reply)) return Buffer.from(`:${reply}\r\n`);
  if (typeof reply === 'string') return Buffer.from(`+${reply}\r\n`);
  if (Buffer.isBuffer(reply))
    return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from('\r\n')]);
  if (Array.isArray(reply)) {
    return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encodeResp)]);
  }
  if (reply instanceof Error) return Buffer.from(`-${reply.message}\r\n`);
  throw new TypeError(`a RESP2 reply is never a ${typeof reply}`);
}

/**
 * The Redis client rounds integers beyond 2^53, so they are read as strings. A status is never all digits, save that of
 * a script which asks for it.
 */
function isInteger(reply: unknown): reply is string {
  return typeof reply === 'string' && /^-?\d+$/.test(reply);
}

function toBase64(value: string | Buffer): string {
  return Buffer.from(value).toString('base64');
}

/** Bytes that are not valid UTF-8 become U+FFFD, as at Upstash. */
function toText(value: string | Buffer): string {
  return value.toString();
}

/** A complete HTTP answer, before anything happens to it on its way. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A Buffer where the client asked for bytes. */
  readonly body: string | Buffer;
}

/** @param body JSON */
export function jsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

/** How Upstash reports a refusal or a failed command. */
export function errorAnswer(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return jsonAnswer(status, JSON.stringify({ error }), headers);
}

export function bytesOf(body: HttpAnswer['body']): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
