import type { IncomingMessage, ServerResponse } from 'node:http';
import * as persister from 'region-persister';
import * as hazards from 'region-persister/hazards';
import * as runs from 'region-persister/runs';
import * as web from 'region-persister/web';

export const everything: readonly unknown[] = [persister, hazards, runs, web];

// Importing the package adds nothing to the types of Node.
type Leaked<T, Names extends string> = Extract<keyof T, Names>;
export const requestLeaks: [Leaked<IncomingMessage, 'query' | 'body' | 'cookies'>] extends [never]
  ? true
  : false = true;
export const responseLeaks: [Leaked<ServerResponse, 'json' | 'send' | 'status'>] extends [never]
  ? true
  : false = true;
