import type { ServerResponse } from 'node:http';
import { featureCollection } from './serve.js';

/** What a feed answers. */
export type Answer = (response: ServerResponse) => void;

export const json =
  (body: unknown): Answer =>
  (response) =>
    void response.end(JSON.stringify(body));
export const rows = (...features: readonly unknown[]): Answer => json(featureCollection(features));
export const bytes =
  (body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);
export const status = (code: number, headers: Record<string, string> = {}): Answer =>
  bytes('', code, headers);
