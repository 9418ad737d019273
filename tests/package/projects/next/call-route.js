// node call-route.js: calls the route handler as Next.js would, without the secret and with it, and prints the answers.
import { GET } from './app/api/cron/route.ts';

const URL = 'https://example.com/api/cron';
const refused = await GET(new Request(URL));
const headers = { authorization: `Bearer ${process.env.CRON_SECRET}` };
const answer = await GET(new Request(URL, { headers }));
const { outcomes } = await answer.json();

console.log(
  JSON.stringify({
    refused: refused.status,
    status: answer.status,
    outcomes: outcomes.map(({ status }) => status),
  }),
);
