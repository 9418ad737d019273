import type { Deadline, TimeLimit } from '../limits/deadline.js';
import { mayRetry, type RetryPolicy, type Verdict } from '../limits/retry.js';
import { type OpenSpan, span } from '../limits/spans.js';
import type { SnapshotRecord } from './record.js';
import type {
  ClaimRef,
  ClaimReply,
  Claims,
  Marker,
  SettleReply,
  SettleRequest,
  VerifyReply,
} from './upstash/claim.js';
import { mayBeOneItem, StoreError } from './upstash/error.js';
import type { Publication, Publishing, PublishReply } from './upstash/publish.js';

export interface LaneDeps {
  readonly store: Claims & Publishing;
  readonly deadline: Deadline;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  /** Limit of one request's body, in bytes. */
  readonly maxRequestBytes: number;
}

/** The answer to one question, and how many requests it took. */
export interface Heard<R> {
  readonly reply: R;
  readonly requests: number;
}

/** Asks the store about single records. Questions of the same turn of the event loop share a request. */
export interface Lane {
  /** @param claimsBefore claim requests made with this token so far: each leaves a value of its own */
  claim(ref: ClaimRef, claimsBefore: number): Promise<Heard<ClaimReply>>;
  publish(record: SnapshotRecord, fence: string): Promise<Heard<PublishReply>>;
  verify(marker: Marker): Promise<Heard<VerifyReply>>;
  settle(request: SettleRequest): Promise<Heard<SettleReply>>;
}

/** A claim outlives the function that took it by this much and no more, in ms. */
export const LEASE_GRACE_MS = 15_000;
/** Settle has little time, and the lease ends a claim that it could not release. */
const SETTLE_ATTEMPTS = 3;

/**
 * Makes a lane. A request that failed is sent again with backoff, in halves, so that a record which makes its
 * request fail ends up alone and affects no other, however many share the lane.
 */
export function createLane(deps: LaneDeps): Lane {
  const { store, deadline, retry, maxRequestBytes } = deps;

  const claims = createBatcher<{ ref: ClaimRef; claimsBefore: number }, ClaimReply>({
    step: 'claim',
    entityOf: ({ ref }) => ref.entity,
    limit: () => deadline.limit('persist'),
    policy: retry,
    deps,
    send(questions, signal) {
      const leaseMs = deadline.limit('report').remainingMs() + LEASE_GRACE_MS;
      const requests = questions.map(({ item: { ref, claimsBefore }, requests }) => ({
        ...ref,
        attempt: claimsBefore + requests,
        leaseMs,
      }));
      return store.claim(requests, signal);
    },
  });

  const publications = createBatcher<Publication, PublishReply>({
    step: 'commit',
    entityOf: ({ record }) => record.entity,
    limit: () => deadline.limit('persist'),
    policy: retry,
    deps,
    cut: (questions) => cutBatches(questions, ({ item }) => item.record.requestBytes, maxRequestBytes),
    send: (questions, signal) => store.publish(itemsOf(questions), signal),
  });

  const verifications = createBatcher<Marker, VerifyReply>({
    step: 'verify',
    entityOf: ({ entity }) => entity,
    limit: () => deadline.limit('persist'),
    policy: retry,
    deps,
    send: (questions, signal) => store.verify(itemsOf(questions), signal),
  });

  const settlements = createBatcher<SettleRequest, SettleReply>({
    step: 'settle',
    entityOf: ({ entity }) => entity,
    limit: () => deadline.limit('settle'),
    policy: { ...retry, attempts: SETTLE_ATTEMPTS },
    deps,
    send: (questions, signal) => store.settle(itemsOf(questions), signal),
  });

  return {
    claim: (ref, claimsBefore) => claims({ ref, claimsBefore }),
    publish: (record, fence) => publications({ record, fence }),
    verify: verifications,
    settle: settlements,
  };
}

/**
 * Cuts a list into batches that each fit one request.
 *
 * @param sizeOf bytes that an item takes in a request body
 * @param mostBytes limit of one request; an item above it gets a batch of its own
 */
export function cutBatches<T>(items: readonly T[], sizeOf: (item: T) => number, mostBytes: number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (batches.length === 0 || size > room) {
      batches.push([]);
      room = mostBytes;
    }
    batches.at(-1)?.push(item);
    room -= size;
  }
  return batches;
}

type Reply = { readonly status: string; readonly error?: StoreError };
type Unheard = { readonly status: 'failed'; readonly error: StoreError };

/** One item that waits for its reply. */
interface Question<T, R> {
  readonly item: T;
  /** Requests sent that carried it. */
  requests: number;
  readonly answer: (reply: R | Unheard) => void;
  readonly fail: (bug: unknown) => void;
}

interface Batching<T, R> {
  /** Names its spans. */
  readonly step: 'claim' | 'verify' | 'commit' | 'settle';
  readonly entityOf: (item: T) => string;
  /**
   * Sends a batch as one request and answers with a reply for each, in order.
   * @throws StoreError when the request as a whole failed
   */
  readonly send: (questions: readonly Question<T, R>[], signal: AbortSignal) => Promise<readonly R[]>;
  readonly limit: () => TimeLimit;
  readonly policy: RetryPolicy;
  /** Cuts what was asked in one turn into requests, sent one after the other. Default: one request. */
  readonly cut?: (questions: readonly Question<T, R>[]) => Question<T, R>[][];
  readonly deps: Pick<LaneDeps, 'random'>;
}

/**
 * Collects what is asked in one turn of the event loop and sends it together, as a data loader does.
 *
 * @returns a function that asks about one item. Its promise rejects only for bugs, never for failures of the store.
 */
function createBatcher<T, R extends Reply>(batching: Batching<T, R>) {
  const { cut = (questions) => [[...questions]] } = batching;
  let asked: Question<T, R>[] = [];

  async function flush(): Promise<void> {
    const questions = asked;
    asked = [];
    for (const batch of cut(questions)) await sendTraced(batch, batching);
  }

  return (item: T): Promise<Heard<R | Unheard>> =>
    new Promise((resolve, reject) => {
      const answer = (reply: R | Unheard) => resolve({ reply, requests: question.requests });
      const question: Question<T, R> = { item, requests: 0, answer, fail: reject };
      asked.push(question);
      // Runs once everything that is ready now has asked.
      if (asked.length === 1) process.nextTick(() => void flush());
    });
}

/** Replies to a commit that was refused. Failures of the store itself come with an error. */
const REFUSALS = ['lost', 'conflict'];

/** Sends a batch under a span that names the entities and their outcomes. */
async function sendTraced<T, R extends Reply>(
  batch: readonly Question<T, R>[],
  batching: Batching<T, R>,
): Promise<void> {
  const { step, entityOf } = batching;
  const heard = new Map<Question<T, R>, R | Unheard>();
  const answer: Answer<T, R> = (question, reply) => {
    heard.set(question, reply);
    question.answer(reply);
  };
  try {
    await span(step, { region_ids: batch.map(({ item }) => entityOf(item)) }, async (opened) => {
      await deliver(batch, 1, batching, answer);
      const replies = batch.flatMap((question) => heard.get(question) ?? []);
      record(opened, replies);
    });
  } catch (bug) {
    for (const { fail } of batch) fail(bug);
  }
}

function record(opened: OpenSpan, replies: readonly Reply[]): void {
  opened.set({ outcomes: replies.map(({ status }) => status) });
  const faults = replies.flatMap(
    ({ status, error }) => error?.code ?? REFUSALS.find((refusal) => refusal === status) ?? [],
  );
  if (faults.length > 0) opened.fail(faults);
}

type Answer<T, R> = (question: Question<T, R>, reply: R | Unheard) => void;

/**
 * Sends a batch, and retries with backoff what failed for a passing reason: the items whose own replies say so, or all
 * of them when the request as a whole failed.
 *
 * @param attempt counted from 1
 * @param answer is given the reply of each question as soon as it is known
 */
async function deliver<T, R extends Reply>(
  questions: readonly Question<T, R>[],
  attempt: number,
  batching: Batching<T, R>,
  answer: Answer<T, R>,
): Promise<void> {
  for (const question of questions) question.requests += 1;
  const limit = batching.limit();
  const mayGoOn = (verdict: Verdict) =>
    mayRetry(verdict, attempt, { policy: batching.policy, limit, random: batching.deps.random });
  try {
    const heard = zip(questions, await batching.send(questions, limit.signal));
    const passing = heard.filter(([, { error }]) => error?.retryable === true);
    for (const [question, reply] of heard) if (reply.error?.retryable !== true) answer(question, reply);
    if (passing.length === 0) return;
    if (await mayGoOn(verdictOf(passing.map(([, reply]) => reply)))) {
      await deliver(
        passing.map(([question]) => question),
        attempt + 1,
        batching,
        answer,
      );
    } else for (const [question, reply] of passing) answer(question, reply);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // As often as necessary: halving isolates a record and does not count as an attempt.
    const isolates = questions.length > 1 && mayBeOneItem(error) && !limit.signal.aborted;
    if (!isolates && !(await mayGoOn(error))) {
      for (const question of questions) answer(question, { status: 'failed', error });
      return;
    }
    const next = isolates ? attempt : attempt + 1;
    const parts = isolates || mayBeTheRequest(error) ? halves(questions) : [questions];
    await Promise.all(parts.map((part) => deliver(part, next, batching, answer)));
  }
}

/** The longest pause that any of them asks for. */
function verdictOf(replies: readonly Reply[]): Verdict {
  const retryAfterMs = Math.max(0, ...replies.map(({ error }) => error?.retryAfterMs ?? 0));
  return {
    retryable: true,
    isPassing: replies.every(({ error }) => error?.isPassing === true),
    retryAfterMs,
  };
}

/** A server error or a lost answer, which the content of the request may have caused; not a state of the store. */
function mayBeTheRequest({ code }: StoreError): boolean {
  return /^store-(http-5\d\d|unreachable|bad-answer)$/.test(code);
}

function itemsOf<T>(questions: readonly { readonly item: T }[]): T[] {
  return questions.map(({ item }) => item);
}

function halves<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].filter((half) => half.length > 0);
}

/**
 * Pairs two lists of the same length.
 *
 * @throws RangeError when the lengths differ: a reply would be read as that of another item
 */
export function zip<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  if (a.length !== b.length) throw new RangeError(`cannot pair ${a.length} items with ${b.length}`);
  return a.map((item, i) => [item, b[i] as B]);
}
