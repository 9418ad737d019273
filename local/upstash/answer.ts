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
