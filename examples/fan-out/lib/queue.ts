import { QueueClient } from '@vercel/queue';

export const TOPIC = 'shards';

const { VERCEL_QUEUE_BASE_URL: url, VERCEL_QUEUE_TOKEN: token } = process.env;

/** On Vercel the client needs no settings. `vercel dev` names its local queue server in these two variables. */
export const queue = new QueueClient(
  url && token ? { token, resolveBaseUrl: () => new URL(url), deploymentId: null } : {},
);
