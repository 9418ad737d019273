import type { Protocol } from './protocol.js';
import { ownerPrefix, type Reply, type Request, requestOf } from './store-model.js';
import { atRest, claimOf, type ModelOutcome, type Moved, type Writer } from './writer-model.js';

/** A writer sends each kind of request so often at most. The second one is there to compete with the first. */
const MOST = { claims: 2, commits: { A: 2, B: 1 }, settles: 1 };

/** Goes on after an answer. More than one way where time decides: a writer that was turned away may try again or not. */
export function hear(writer: Writer, reply: Reply, protocol: Protocol): Moved[] {
  switch (writer.awaits?.kind) {
    case 'read-claim':
      return hearClaim(writer, reply, protocol);
    case 'commit':
      return [reply === 'stored' ? end(writer, 'persisted') : settle({ ...writer, setback: 'refused' })];
    case 'settle':
      return [end(writer, settledOutcome(writer, reply))];
    default:
      throw new Error(`no answer was awaited: ${reply}`);
  }
}

/** Goes on without an answer: the request may be executed yet. */
export function giveUp(writer: Writer, protocol: Protocol): (Moved & { readonly what: string })[] {
  switch (writer.awaits?.kind) {
    case 'claim':
    case 'read-claim':
      return [
        ...named('claims again', claimAgain(writer, protocol)),
        ...named('settles', [settle({ ...writer, setback: 'claim' })]),
      ];
    case 'commit':
      return [
        ...named('commits again', writer.commits < MOST.commits[writer.name] ? [commit(writer)] : []),
        ...named('settles', [settle({ ...writer, setback: 'commit' })]),
      ];
    case 'settle': {
      const outcome = writer.setback === 'commit' ? 'failed: unknown' : 'failed: no';
      return [
        ...named('settles again', writer.settles < MOST.settles ? [settle(writer)] : []),
        ...named('ends', [end(writer, outcome)]),
      ];
    }
    default:
      return [];
  }
}

function hearClaim(writer: Writer, reply: Reply, protocol: Protocol): Moved[] {
  if (reply.startsWith(ownerPrefix(writer.name))) return [commit({ ...writer, fence: reply })];
  if (reply === 'not-taken') return [end(writer, `duplicate of ${writer.name === 'A' ? 'B' : 'A'}`)];
  if (reply !== 'absent' && !reply.startsWith('claim:')) return [end(writer, `duplicate of ${reply}`)];
  return [...claimAgain(writer, protocol), end(writer, 'in-flight')];
}

function settledOutcome({ name, setback }: Writer, reply: Reply): ModelOutcome {
  if (reply === 'released' || reply === 'absent') return 'failed: no';
  if (reply.startsWith('claim:')) return 'in-flight';
  return reply === name && setback === 'commit' ? 'persisted' : `duplicate of ${reply}`;
}

function claimAgain(writer: Writer, { fencePerRequest }: Protocol): Moved[] {
  if (writer.claims >= MOST.claims) return [];
  return [send({ ...writer, claims: writer.claims + 1 }, claimOf(writer, fencePerRequest))];
}

function commit(writer: Writer): Moved {
  const { name, content, fence } = writer;
  const request = requestOf({ kind: 'commit', by: name, content, value: fence ?? '' });
  return send({ ...writer, commits: writer.commits + 1 }, request);
}

function settle(writer: Writer): Moved {
  const { name, content } = writer;
  const request = requestOf({ kind: 'settle', by: name, content, value: '' });
  return send({ ...writer, settles: writer.settles + 1 }, request);
}

function send(writer: Writer, request: Request): Moved {
  return { writer: { ...writer, awaits: request }, sent: request };
}

/** What a writer knew is of no matter when it has ended: states that differ in it alone are one. */
function end({ name, content }: Writer, outcome: ModelOutcome): Moved {
  return { writer: { ...atRest(name, content), outcome }, sent: null };
}

function named(what: string, moves: readonly Moved[]) {
  return moves.map((move) => ({ ...move, what }));
}
