import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { SPANS, type SpanAttributes, type SpanEvent } from './limits/spans.js';

type Api = typeof import('@opentelemetry/api');

const PREFIX = 'region_persister.';

/**
 * Makes OpenTelemetry spans of what this process does from now on. A run, or a call of `persist`, becomes a child of
 * the span that is active in its caller.
 *
 * @param tracer makes the spans. Default: the tracer of the SDK that has registered itself globally with
 *   `@opentelemetry/api`; without an SDK nothing is traced.
 * @returns a function that stops it. While two calls are active, every span is made twice.
 */
export async function traceWith(tracer?: Tracer): Promise<() => void> {
  if (tracer === undefined && !hasTracerProvider()) return () => undefined;
  try {
    const api = await import('@opentelemetry/api');
    // Asked again for each span: a registered SDK may be replaced or removed.
    const fromRegistered = () => (hasTracerProvider() ? api.trace.getTracer('region-persister') : undefined);
    return subscribe({ api, tracer: () => tracer ?? fromRegistered() });
  } catch {
    return () => undefined;
  }
}

let registered: Promise<unknown> | undefined;

/** {@link traceWith} the SDK that has registered itself, once in a process however often it is called. */
export async function traceWithRegistered(): Promise<void> {
  if (hasTracerProvider()) registered ??= traceWith();
  await registered;
}

/**
 * Whether an SDK has registered itself. This looks where version 1 of the API keeps its globals, which all copies
 * of it in a process share, instead of importing the API: that would cost a fresh process 30 ms, a sixth of what the
 * whole function takes. An SDK has loaded it already.
 */
function hasTracerProvider(): boolean {
  const globals: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return typeof globals === 'object' && globals !== null && 'trace' in globals;
}

interface Otel {
  readonly api: Api;
  readonly tracer: () => Tracer | undefined;
}

interface RecordedSpan {
  readonly event: SpanEvent;
  readonly span: Span;
  /** With the span as the active one. */
  readonly context: Context;
  /** Its parent. */
  readonly parent: RecordedSpan | undefined;
  /** Its open children. */
  readonly children: Set<RecordedSpan>;
  hasEnded: boolean;
}

/** @returns stops it */
function subscribe(otel: Otel): () => void {
  // The current span; null where nothing is recorded.
  const current = new AsyncLocalStorage<RecordedSpan | null>();
  const recorded = new WeakMap<object, RecordedSpan>();

  const onStart = (event: SpanEvent): RecordedSpan | null => {
    const parent = current.getStore();
    if (parent === null || parent?.hasEnded) return null;
    const started = quietly(() => start(event, parent, otel));
    if (started === undefined) return null;
    parent?.children.add(started);
    recorded.set(event, started);
    event.around.push((work) => within(started.context, work, otel.api));
    return started;
  };
  const onEnd = (event: unknown): void => {
    const ended = typeof event === 'object' && event !== null ? recorded.get(event) : undefined;
    if (ended === undefined) return;
    end(ended, 'error' in ended.event ? ['internal'] : ended.event.codes, otel.api);
    ended.parent?.children.delete(ended);
  };

  SPANS.start.bindStore(current, onStart);
  SPANS.asyncEnd.subscribe(onEnd);
  return () => {
    SPANS.start.unbindStore(current);
    SPANS.asyncEnd.unsubscribe(onEnd);
  };
}

/** @returns undefined without a tracer */
function start(event: SpanEvent, parent: RecordedSpan | undefined, { api, tracer }: Otel) {
  const under = parent?.context ?? api.context.active();
  const span = tracer()?.startSpan(event.name, { attributes: prefixed(event.attributes) }, under);
  if (span === undefined) return undefined;
  const context = api.trace.setSpan(under, span);
  const started: RecordedSpan = { event, span, context, parent, children: new Set(), hasEnded: false };
  return started;
}

/** Ends a span and its open children. */
function end(recorded: RecordedSpan, codes: readonly string[], api: Api): void {
  if (recorded.hasEnded) return;
  recorded.hasEnded = true;
  // Abandoned work, such as a feed that ignores its signal, may never end.
  for (const child of recorded.children) end(child, ['unfinished'], api);
  const { span, event } = recorded;
  const message = [...new Set(codes)].join(', ');
  quietly(() => span.setAttributes(prefixed(event.attributes)));
  if (codes.length > 0) quietly(() => span.setStatus({ code: api.SpanStatusCode.ERROR, message }));
  quietly(() => span.end());
}

/** Runs it with the context as the active one, for libraries that instrument themselves. */
function within<T>(context: Context, work: () => T, api: Api): T {
  let begun: { readonly value: T } | undefined;
  quietly(() =>
    api.context.with(context, () => {
      begun = { value: work() };
    }),
  );
  return begun === undefined ? work() : begun.value;
}

/** Tracers are foreign code: an error that one throws must not change the outcome of what it traces. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function prefixed(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [PREFIX + name, value]));
}
