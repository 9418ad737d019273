import type { Socket } from 'node:net';

// In a declaration file, because those are not emitted: what is added to Node's types here is added for this code and
// not for whoever installs the package.
declare module 'node:http' {
  interface Agent {
    // All documented from Node 0.11 on, and missing from the types of Node 20.
    readonly options: object;
    createConnection(options: object, callback?: () => void): Socket;
    getName(options: object): string;
  }
}
