import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request carries `CRON_SECRET` as a bearer token, compared in constant time. No secret: nobody gets in. */
export function isAuthorised(request: Request): boolean {
  const { CRON_SECRET: secret } = process.env;
  if (!secret) return false;
  return timingSafeEqual(digest(request.headers.get('authorization') ?? ''), digest(`Bearer ${secret}`));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
