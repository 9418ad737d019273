import type { Protocol, World } from './protocol.js';
import type { Content, WriterName } from './writer-model.js';

/** A request on its way. `read-claim` is the second half of a claim; `verify` looks for what a marker names. */
export interface Request {
  readonly kind: 'claim' | 'read-claim' | 'verify' | 'commit' | 'settle';
  readonly by: WriterName;
  readonly content: Content;
  /** What a claim leaves in the key, what a commit is fenced by, or the id that is looked for. */
  readonly value: string;
  /** Of a claim's second half: whether its SET took the key. */
  readonly took: boolean;
  /** Equal for equal requests, which are one to the network. */
  readonly key: string;
}

export function requestOf(fields: Omit<Request, 'key' | 'took'>, took = false): Request {
  const { kind, by, value } = fields;
  return { ...fields, took, key: `${kind} ${by} ${value} ${took}` };
}

/** What an answer says: an id or a claim for what the key holds, or a word. */
export type Reply = string;

export interface Executed {
  readonly store: World;
  readonly reply: Reply;
  /** What of the request is still to be executed. */
  readonly rest: Request | null;
}

/** What a claim of a writer begins with, whichever request made it. */
export const ownerPrefix = (name: WriterName) => `claim:${name}.`;

/** Executes one request, as the store does. */
export function execute(world: World, request: Request, protocol: Protocol): Executed {
  const held = world.dedup[request.content];
  switch (request.kind) {
    case 'claim': {
      const took = held === null;
      const store = took ? hold(world, request.content, request.value) : world;
      return { store, reply: '', rest: requestOf({ ...request, kind: 'read-claim' }, took) };
    }
    case 'read-claim':
      return { store: world, reply: claimReply(request, held, protocol), rest: null };
    case 'commit':
      return publish(world, request, held, protocol);
    case 'verify': {
      if (world.index.some((id) => id === request.value && isThere(world, id)))
        return { store: world, reply: 'there', rest: null };
      const store = held === request.value ? hold(world, request.content, null) : world;
      return { store, reply: 'forgotten', rest: null };
    }
    case 'settle': {
      const isStored = protocol.evidence && isThere(world, request.by);
      const isMine = held?.startsWith(ownerPrefix(request.by)) ?? false;
      const reply = isMine ? 'released' : (held ?? 'absent');
      const store = isMine ? hold(world, request.content, null) : world;
      return { store, reply: isStored ? 'stored' : reply, rest: null };
    }
  }
}

function claimReply({ value, took }: Request, held: string | null, { getDecides }: Protocol): Reply {
  if (getDecides) return took ? value : (held ?? 'absent');
  // SET says OK or nothing; who has the key instead is anyone's guess, and taken for whoever stored it.
  return took ? value : 'not-taken';
}

function publish(
  world: World,
  { by, content, value }: Request,
  held: string | null,
  protocol: Protocol,
): Executed {
  const isRepeat = protocol.evidence && held === null && isThere(world, by);
  if (protocol.fencedPublish && held !== value && held !== by && !isRepeat)
    return { store: world, reply: 'lost', rest: null };
  const index = [...new Set([...world.index, by])].toSorted();
  const isNewest = index.at(-1) === by;
  const latest = isNewest || !protocol.latestIsNewest ? by : world.latest;
  const gone = world.gone === by ? null : world.gone;
  return { store: { ...hold(world, content, by), index, latest, gone }, reply: 'stored', rest: null };
}

/** Under its id; what was evicted is still in the index. */
function isThere({ index, gone }: World, id: WriterName): boolean {
  return index.includes(id) && gone !== id;
}

function hold(world: World, content: Content, value: string | null): World {
  return { ...world, dedup: { ...world.dedup, [content]: value } };
}
