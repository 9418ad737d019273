import { Redis, type Requester } from '@upstash/redis';

/**
 * The Upstash client with values as they are stored: by default it parses them, and the id "null" becomes null. In a
 * module of its own, which is loaded while connections are being opened: that takes 15 ms of a fresh process.
 */
export class PlainRedis extends Redis {
  constructor(requester: Requester) {
    super(requester);
    this.opts = { automaticDeserialization: false };
  }
}
