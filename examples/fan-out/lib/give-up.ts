const TIMEOUT_MS = 2_000;

/**
 * Reports a message that will not be delivered again: a line in the log, and a message to ALERT_WEBHOOK_URL where that
 * is set (Slack shows `text`, Discord `content`). That the webhook could not be reached is logged and nothing else.
 */
export async function giveUp(facts: Readonly<Record<string, unknown>>): Promise<void> {
  console.error(JSON.stringify({ event: 'shard-given-up', ...facts }));
  const { ALERT_WEBHOOK_URL: url } = process.env;
  if (!url) return;
  const text = `A shard was abandoned: ${JSON.stringify(facts)}`;
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, content: text, ...facts }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!ok) console.warn(JSON.stringify({ event: 'alert-failed', status }));
  } catch {
    // The error is not logged: it may quote the URL, which is a secret.
    console.warn(JSON.stringify({ event: 'alert-failed' }));
  }
}
