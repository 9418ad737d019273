import {
  type AttributeValue,
  type Context,
  type Span,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type Clock, systemClock } from '../../lib/limits/deadline.js';

export interface RecordedSpan {
  readonly name: string;
  /** null at the root. */
  readonly parent: RecordedSpan | null;
  readonly attributes: Record<string, AttributeValue | undefined>;
  readonly status: SpanStatus;
  readonly startedAt: number;
  readonly endedAt: number;
  /** How often it was ended. */
  readonly ends: number;
}

export interface SpanRecorder {
  readonly tracer: Tracer;
  /** In the order in which they began. */
  readonly spans: readonly RecordedSpan[];
  /** What was done to spans that had ended. */
  readonly late: readonly string[];
}

/** A tracer that remembers its spans, with their times by `clock.monotonic`. */
export function createSpanRecorder(clock: Clock = systemClock): SpanRecorder {
  const spans: RecordedSpan[] = [];
  const late: string[] = [];
  const recordOf = new WeakMap<Span, RecordedSpan>();

  function startSpan(name: string, options: SpanOptions = {}, context?: Context): Span {
    const parent = context === undefined ? undefined : trace.getSpan(context);
    const record = {
      name,
      parent: (parent && recordOf.get(parent)) ?? null,
      attributes: { ...options.attributes },
      status: { code: SpanStatusCode.UNSET } as SpanStatus,
      startedAt: clock.monotonic(),
      endedAt: Number.NaN,
      ends: 0,
    };
    spans.push(record);
    const span = createSpan(record, clock.monotonic, (what) => late.push(`${what} ${name}`));
    recordOf.set(span, record);
    return span;
  }

  return {
    tracer: {
      startSpan,
      startActiveSpan: () => {
        throw new Error('the active span is passed on by hand');
      },
    },
    spans,
    late,
  };
}

type Writable = { -readonly [Field in keyof RecordedSpan]: RecordedSpan[Field] };

function createSpan(record: Writable, now: () => number, tellLate: (what: string) => void): Span {
  const change = (what: string, apply: () => void) => {
    if (record.ends > 0) tellLate(what);
    apply();
    return span;
  };
  const span: Span = {
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
    setAttribute: (name, value) => change('set', () => Object.assign(record.attributes, { [name]: value })),
    setAttributes: (values) => change('set', () => Object.assign(record.attributes, values)),
    addEvent: (name) => change('event', () => Object.assign(record.attributes, { event: name })),
    addLink: () => span,
    addLinks: () => span,
    setStatus: (status) => change('status', () => Object.assign(record.status, status)),
    updateName: (name) => change('name', () => Object.assign(record, { name })),
    end() {
      change('end', () => undefined);
      record.ends += 1;
      record.endedAt = now();
    },
    isRecording: () => record.ends === 0,
    recordException: (exception) =>
      change('exception', () => Object.assign(record.attributes, { exception: String(exception) })),
  };
  return span;
}
