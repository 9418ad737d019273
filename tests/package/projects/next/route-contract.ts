import type { NextRequest } from 'next/server';
import * as route from './app/api/cron/route';

/** What `next build` holds a route handler against (`.next/types/validator.ts`). */
interface RouteHandlers {
  GET?: (request: NextRequest, context: { params: Promise<Record<never, never>> }) => Promise<Response>;
  POST?: (request: NextRequest, context: { params: Promise<Record<never, never>> }) => Promise<Response>;
  maxDuration?: number;
  dynamic?: 'auto' | 'force-dynamic' | 'error' | 'force-static';
}

export const checked: RouteHandlers = route;
