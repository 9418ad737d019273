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
    case 'verify':
      if (reply === 'there') return [end(writer, `duplicate of ${writer.awaits.value}`)];
      return writer.setback === null
        ? orFail(writer, claimAgain(writer, protocol))
        : [end(writer, 'failed: no')];
    case 'commit':
      return [reply === 'stored' ? end(writer, 'persisted') : refused(writer, protocol)];
    case 'settle':
      // What it tells is certain: no commit of this writer can store anything any more.
      return [hearSettle({ ...writer, unheard: false }, reply, protocol)];
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
        ...named(
          'commits again',
          writer.commits < MOST.commits[writer.name] ? [commit({ ...writer, unheard: true })] : [],
        ),
        ...named('settles', [settle({ ...writer, unheard: true, setback: 'commit' })]),
      ];
    case 'verify':
      return named('ends', [end(writer, unlessUnheard(writer))]);
    case 'settle': {
      const isUnknown = protocol.remembersUnheard ? writer.unheard : writer.setback === 'commit';
      const outcome = isUnknown ? 'failed: unknown' : 'failed: no';
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
  if (reply !== 'absent' && !reply.startsWith('claim:')) return [duplicate(writer, reply, protocol)];
  return [...claimAgain(writer, protocol), end(writer, 'in-flight')];
}

/** A lost claim is made again; lost again, it is settled. */
function refused(writer: Writer, protocol: Protocol): Moved {
  const again = writer.reclaimed ? [] : claimAgain({ ...writer, reclaimed: true }, protocol);
  return again[0] ?? settle({ ...writer, setback: 'refused' });
}

function hearSettle(writer: Writer, reply: Reply, protocol: Protocol): Moved {
  const { name, setback } = writer;
  if (reply === 'released' || reply === 'absent') return end(writer, 'failed: no');
  if (reply.startsWith('claim:')) return end(writer, 'in-flight');
  const isOwn = reply === 'stored' || reply === name;
  if (isOwn && setback === 'commit') return end(writer, 'persisted');
  return reply === 'stored' ? end(writer, `duplicate of ${name}`) : duplicate(writer, reply, protocol);
}

/** Of what a marker names, when that is there. */
function duplicate(writer: Writer, of: Reply, { verifies }: Protocol): Moved {
  const { name, content } = writer;
  if (!verifies) return end(writer, `duplicate of ${of}`);
  return send(writer, requestOf({ kind: 'verify', by: name, content, value: of }));
}

function orFail(writer: Writer, moves: Moved[]): Moved[] {
  return moves.length > 0 ? moves : [end(writer, unlessUnheard(writer))];
}

function unlessUnheard({ unheard }: Writer): ModelOutcome {
  return unheard ? 'failed: unknown' : 'failed: no';
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
