import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';

type Api = typeof import('@opentelemetry/api');

/**
 * A place in a trace, under which spans are opened. It is passed on by hand, because not every platform has a context
 * manager that would carry the active span over an `await`.
 */
export interface Trace {
  /**
   * Opens a span for as long as `work` takes; it ends however `work` ends.
   *
   * @param attributes by their names without the prefix `region_persister.`. Names, counts and outcomes; never content,
   *   a token or a URL
   * @param work gets the span: what is opened under it is its child
   * @returns what `work` returns
   * @throws what `work` throws
   */
  span<T>(name: string, attributes: Attributes, work: (span: OpenSpan) => Promise<T>): Promise<T>;
}

/** A span under way. Once it has ended nothing is added to it, and what is opened under it is not recorded. */
export interface OpenSpan extends Trace {
  /** Adds attributes that were not known at its beginning. */
  set(attributes: Attributes): void;
  /** @param codes why it failed: stable codes, which become the message of its error status */
  fail(codes: readonly string[]): void;
}

/** Where nobody traces. */
export const NO_TRACE: OpenSpan = {
  span: async (_name, _attributes, work) => work(NO_TRACE),
  set: () => undefined,
  fail: () => undefined,
};

const PREFIX = 'region_persister.';

/**
 * The beginning of a trace: its spans go under the one that is active in the caller.
 *
 * @param tracer default: the one that is registered globally with `@opentelemetry/api`; without one nothing is traced
 */
export async function openTrace(tracer?: Tracer): Promise<Trace> {
  if (tracer === undefined && !hasTracerProvider()) return NO_TRACE;
  try {
    const api = await import('@opentelemetry/api');
    return traceUnder(api.context.active(), {
      api,
      tracer: tracer ?? api.trace.getTracer('region-persister'),
    });
  } catch {
    return NO_TRACE;
  }
}

/**
 * Whether an SDK has registered itself. Looked up where version 1 of the API keeps its globals, a place that all copies
 * of it in a process have to share, and not asked of the API itself: that costs a fresh process 30 ms to load, a sixth
 * of what the whole function takes. An SDK has loaded it already.
 */
function hasTracerProvider(): boolean {
  const globals: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return typeof globals === 'object' && globals !== null && 'trace' in globals;
}

interface Otel {
  readonly api: Api;
  readonly tracer: Tracer;
}

interface RecordedSpan extends OpenSpan {
  /** With the span as the active one. */
  readonly context: Context;
  /** Ends it, and what is still open under it. */
  end(): void;
}

/** @param open is given the spans that are under way */
function traceUnder(parent: Context, otel: Otel, open = new Set<RecordedSpan>()): Trace {
  return {
    async span(name, attributes, work) {
      const span = quietly(() => {
        const started = otel.tracer.startSpan(name, { attributes: prefixed(attributes) }, parent);
        return recordSpan(started, { parent, otel });
      });
      if (span === undefined) return work(NO_TRACE);
      open.add(span);
      try {
        return await within(span, work, otel.api);
      } catch (error) {
        span.fail(['internal']);
        throw error;
      } finally {
        span.end();
        open.delete(span);
      }
    },
  };
}

/** With the span as the active one. */
function within<T>(span: RecordedSpan, work: (span: OpenSpan) => Promise<T>, api: Api): Promise<T> {
  let begun: Promise<T> | undefined;
  quietly(() =>
    api.context.with(span.context, () => {
      begun = work(span);
    }),
  );
  return begun ?? work(span);
}

/** Tracers are foreign code: what one throws must not become the outcome of what it watches. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function recordSpan(span: Span, { parent, otel }: { parent: Context; otel: Otel }): RecordedSpan {
  const context = otel.api.trace.setSpan(parent, span);
  const children = new Set<RecordedSpan>();
  let under = traceUnder(context, otel, children);
  let hasEnded = false;
  const open: RecordedSpan = {
    context,
    span: (name, attributes, work) => under.span(name, attributes, work),
    set(attributes) {
      if (!hasEnded) quietly(() => span.setAttributes(prefixed(attributes)));
    },
    fail(codes) {
      const message = [...new Set(codes)].join(', ');
      if (!hasEnded) quietly(() => span.setStatus({ code: otel.api.SpanStatusCode.ERROR, message }));
    },
    end() {
      if (hasEnded) return;
      // What was given up, such as a feed that heeds no signal, may never end by itself.
      for (const child of children) {
        child.fail(['unfinished']);
        child.end();
      }
      under = NO_TRACE;
      hasEnded = true;
      quietly(() => span.end());
    },
  };
  return open;
}

function prefixed(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [PREFIX + name, value]));
}
