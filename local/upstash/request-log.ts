import type { Clock } from '../../lib/limits/deadline.js';
import type { Command, Route } from './request.js';

const ARGUMENT_LENGTH = 200;

/** Since the start, or since the last `clear`. */
export interface GatewayStats {
  /** HTTP requests that arrived, refused ones included. */
  readonly requests: number;
  /** Commands in well-formed requests, whether they were executed or not. */
  readonly commands: number;
  /** TCP connections opened. */
  readonly connections: number;
  /** Bytes of request bodies that were within the limit. */
  readonly bytesIn: number;
}

export interface LoggedRequest {
  readonly route: Route;
  /** Empty when the request was refused. Each argument is cut to 200 characters. */
  readonly commands: readonly (readonly string[])[];
  /** When its head arrived, monotonic ms. */
  readonly receivedAt: number;
  /** The HTTP status answered; null while there is no answer, and for ever when there will be none. */
  readonly status: number | null;
}

/** Counts and remembers what arrived, so that tests can check what a caller sent. */
export type RequestLog = ReturnType<typeof createRequestLog>;

/**
 * @param deps.capacity how many requests are remembered; the oldest are forgotten first
 */
export function createRequestLog(deps: { capacity: number; clock: Pick<Clock, 'monotonic'> }) {
  let stats = { requests: 0, commands: 0, connections: 0, bytesIn: 0 };
  let entries: { -readonly [Field in keyof LoggedRequest]: LoggedRequest[Field] }[] = [];

  return {
    connected: () => {
      stats.connections += 1;
    },

    /** Opens the entry of a request, to be filled in as the request proceeds. */
    open: (route: Route) => {
      const entry: (typeof entries)[number] = {
        route,
        commands: [],
        receivedAt: deps.clock.monotonic(),
        status: null,
      };
      entries.push(entry);
      if (entries.length > deps.capacity) entries.shift();
      stats.requests += 1;
      return {
        received: (bytes: number) => {
          stats.bytesIn += bytes;
        },
        parsed: (commands: readonly Command[]) => {
          stats.commands += commands.length;
          entry.commands = commands.map((command) => command.map(cut));
        },
        answered: (status: number | null) => {
          entry.status = status;
        },
      };
    },

    stats: (): GatewayStats => ({ ...stats }),
    requests: (): readonly LoggedRequest[] => entries.map((entry) => ({ ...entry })),

    clear: () => {
      stats = { requests: 0, commands: 0, connections: 0, bytesIn: 0 };
      entries = [];
    },
  };
}

function cut(argument: string | Buffer): string {
  return argument.toString().slice(0, ARGUMENT_LENGTH);
}
