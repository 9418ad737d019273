import { type Env, readVariable } from '../../lib/config.js';
import type { Finding } from './check.js';

const SECRETS = [
  'CRON_SECRET',
  'READ_TOKEN',
  'HEARTBEAT_URL',
  'ALERT_WEBHOOK_URL',
  'UPSTASH_REDIS_REST_TOKEN',
  'KV_REST_API_TOKEN',
  'VERCEL_AUTOMATION_BYPASS_SECRET',
];
/** A shorter one may appear in ordinary text, where removing it would reveal it. */
const MIN_LENGTH = 8;

/**
 * No check prints a secret. But some quote what a server answered, and a server may repeat what it was sent, so secrets
 * are removed again before anything is shown.
 */
export function createRedactor(env: Env, bypass: string | undefined): (finding: Finding) => Finding {
  const values = [bypass, ...SECRETS.map((name) => readVariable(env, name))];
  const secrets = values.filter((value): value is string => (value?.length ?? 0) >= MIN_LENGTH);
  const clean = (text: string) => secrets.reduce((left, secret) => left.replaceAll(secret, '(secret)'), text);
  return (finding) => ({ ...finding, seen: clean(finding.seen) });
}
/**
 * Whether a secret arrives in an HTTP header as it was sent. Beyond ASCII there is no agreement on the encoding: Node
 * sends such characters as Latin-1 or refuses them, and others send UTF-8.
 */
export function isHeaderSafe(secret: string): boolean {
  return /^[\x21-\x7e]+(?: +[\x21-\x7e]+)*$/.test(secret);
}
