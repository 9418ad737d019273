/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface Connection {
  readonly url: string;
  readonly token: string;
}

/**
 * Where the database is, as given or by the environment's variables. Vercel's Upstash integration sets the KV_ names.
 *
 * @throws TypeError that names the variable which is missing or wrong, never its value
 */
export function connectionFrom(given: Partial<Connection>, env: Env): Connection {
  const url = given.url ?? variable(env, 'UPSTASH_REDIS_REST_URL', 'KV_REST_API_URL', 'url');
  const token = given.token ?? variable(env, 'UPSTASH_REDIS_REST_TOKEN', 'KV_REST_API_TOKEN', 'token');
  if (!isHttpUrl(url)) {
    const name = given.url === undefined ? 'UPSTASH_REDIS_REST_URL (or KV_REST_API_URL)' : 'url';
    throw new TypeError(`${name} must be an http or https URL`);
  }
  return { url, token };
}

function variable(env: Env, name: string, other: string, option: string): string {
  // Empty counts as missing.
  const value = env[name]?.trim() || env[other]?.trim();
  if (value) return value;
  throw new TypeError(`${name} is missing: set it (${other} is also accepted), or pass \`${option}\``);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
