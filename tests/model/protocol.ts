/**
 * A model of the persist protocol, small enough that every state of it can be visited.
 *
 * It covers two writers with one snapshot each, of one region, of the same content or of two contents. Each writer sends
 * up to two claims, two commits (the second writer one) and one settle, and may give up waiting for an answer at any
 * moment. Each request is executed at once, late (also when its writer has ended) or never, in any order, and its answer
 * is heard or lost. A claim is two commands, between which anything may happen. A lease may run out at any moment, and
 * once a marker or a snapshot may be evicted. A writer may be killed at any moment: that is a writer that takes no
 * further step, and all that may happen without one is visited, too.
 *
 * It leaves out: time (so the 15 minutes never end), errors of single commands, snapshots that share an id, and evictions
 * of anything else.
 */
import type { Step } from './search.js';
import { execute, type Request } from './store-model.js';
import { type Content, newWriter, type Writer, type WriterName } from './writer-model.js';
import { giveUp, hear } from './writer-steps.js';

/** What the protocol promises itself. Taking one away makes a protocol that fails, which tells what it is there for. */
export interface Protocol {
  /** Each claim request leaves a value of its own; else all of a writer leave the same. */
  readonly fencePerRequest: boolean;
  /** Publish looks whether the key holds the claim. */
  readonly fencedPublish: boolean;
  /** Where SET did not take the key, what GET says decides; else SET does. */
  readonly getDecides: boolean;
  /** Publish moves `latest` only to what is the newest. */
  readonly latestIsNewest: boolean;
  /** Whether the snapshot is there counts beside the marker, for publish and for settle. */
  readonly evidence: boolean;
  /** A marker is believed only when the snapshot that it names is there. */
  readonly verifies: boolean;
  /** A commit that was not heard is remembered when a later request fails. */
  readonly remembersUnheard: boolean;
}

export const AS_BUILT: Protocol = {
  fencePerRequest: true,
  fencedPublish: true,
  getDecides: true,
  latestIsNewest: true,
  evidence: true,
  verifies: true,
  remembersUnheard: true,
};

export interface World {
  readonly writers: Readonly<Record<WriterName, Writer>>;
  /** By content. A claim (`claim:A.1`), an id (`A`), or nothing. */
  readonly dedup: Readonly<Record<Content, string | null>>;
  /** Ids in the index. A is the older snapshot, B the newer. */
  readonly index: readonly WriterName[];
  readonly latest: WriterName | null;
  /** The snapshot that is in the index and was evicted. */
  readonly gone: WriterName | null;
  /** Whether something was evicted, by which the content is new again. */
  readonly evicted: boolean;
  /** Sent and not executed, sorted: their order of arrival is anybody's. */
  readonly network: readonly Request[];
}

const NAMES: readonly WriterName[] = ['A', 'B'];
const CONTENTS: readonly Content[] = ['x', 'y'];

/** @param sameContent whether both writers bring the same content, and so compete for one dedup key */
export function startOf(sameContent: boolean): World {
  const [a, b] = [newWriter('A', 'x'), newWriter('B', sameContent ? 'x' : 'y')];
  return {
    writers: { A: a.writer, B: b.writer },
    dedup: { x: null, y: null },
    index: [],
    latest: null,
    gone: null,
    evicted: false,
    network: sortRequests([a.sent, b.sent]),
  };
}

/** Tells worlds apart. */
export function keyOf({ writers, dedup, index, latest, gone, evicted, network }: World): string {
  const known = NAMES.map((name) => {
    const { awaits, claims, commits, settles, fence, setback, reclaimed, unheard, outcome } = writers[name];
    return [awaits?.key, claims, commits, settles, fence, setback, reclaimed, unheard, outcome].join();
  });
  return [
    ...known,
    dedup.x,
    dedup.y,
    index.join(),
    latest,
    gone,
    evicted,
    ...network.map(({ key }) => key),
  ].join('|');
}

/** Everything that may happen next. */
export function stepsOf(protocol: Protocol): (world: World) => Step<World>[] {
  return (world) => [
    ...world.network.flatMap((request, i) => executions(world, request, i, protocol)),
    ...NAMES.flatMap((name) => giveUps(world, name, protocol)),
    ...leaseEnds(world),
    ...evictions(world),
  ];
}

function executions(world: World, request: Request, i: number, protocol: Protocol): Step<World>[] {
  const label = `${request.kind} of ${request.by} is executed`;
  const network = world.network.filter((_, j) => j !== i);
  const { store, reply, rest } = execute({ ...world, network }, request, protocol);
  // An answer that is lost is the answer to somebody who gave up before. To him, the rest of a claim is nothing, either.
  const unheard = { label: `${label}, unheard`, to: store };
  if (!isAwaited(world, request)) return [unheard];
  if (rest !== null)
    return [{ label, to: advance(store, { ...world.writers[request.by], awaits: rest }, rest) }];
  const heard = hear(world.writers[request.by], reply, protocol).map(({ writer, sent }) => ({
    label: `${label} and answered: ${reply}`,
    to: advance(store, writer, sent),
  }));
  // A commit is repeated by an equal one, whose answer would be taken for that of the first.
  return request.kind === 'commit' ? [...heard, unheard] : heard;
}

function isAwaited(world: World, request: Request): boolean {
  return world.writers[request.by].awaits?.key === request.key;
}

function giveUps(world: World, name: WriterName, protocol: Protocol): Step<World>[] {
  if (world.writers[name].awaits === null) return [];
  return giveUp(world.writers[name], protocol).map(({ writer, sent, what }) => ({
    label: `${name} gives up waiting and ${what}`,
    to: advance(world, writer, sent),
  }));
}

function leaseEnds(world: World): Step<World>[] {
  return CONTENTS.flatMap((content) => {
    const held = world.dedup[content];
    if (!held?.startsWith('claim:')) return [];
    return [
      { label: `the lease of ${held} ends`, to: { ...world, dedup: { ...world.dedup, [content]: null } } },
    ];
  });
}

function evictions(world: World): Step<World>[] {
  if (world.evicted) return [];
  const markers = CONTENTS.flatMap((content) => {
    const held = world.dedup[content];
    if (held === null || held.startsWith('claim:')) return [];
    const to = { ...world, evicted: true, dedup: { ...world.dedup, [content]: null } };
    return [{ label: `the marker of ${held} is evicted`, to }];
  });
  const snapshots = world.index.map((id) => ({
    label: `the snapshot ${id} is evicted`,
    to: { ...world, evicted: true, gone: id },
  }));
  return [...markers, ...snapshots];
}

function advance(world: World, writer: Writer, sent: Request | null): World {
  return {
    ...world,
    writers: { ...world.writers, [writer.name]: writer },
    network: sortRequests([...world.network.filter(isStillOfUse), ...(sent === null ? [] : [sent])]),
  };

  /** A read changes nothing, and its writer no longer waits for it. */
  function isStillOfUse({ kind, by }: Request): boolean {
    return kind !== 'read-claim' || by !== writer.name;
  }
}

function sortRequests(requests: readonly Request[]): Request[] {
  return requests.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
