import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_TRACE, type OpenSpan, openTrace } from '../lib/tracing.js';
import { createSpanRecorder, type SpanRecorder } from './support/span-recorder.js';

let recorder: SpanRecorder;
beforeEach(() => {
  recorder = createSpanRecorder();
});
afterEach(() => {
  trace.disable();
  context.disable();
});

const UNTIL_NEVER = new Promise<never>(() => undefined);
const outline = () => recorder.spans.map(({ name, parent }) => [name, parent?.name ?? null]);

/** @param active what is active in the caller */
function contextManager(active: Context, onWith: (given: Context) => void = () => undefined): ContextManager {
  const manager: ContextManager = {
    active: () => active,
    with(given, work, thisArg, ...args) {
      onWith(given);
      return work.call(thisArg, ...args);
    },
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

describe('openTrace', () => {
  it('records with the tracer it is given', async () => {
    const opened = await openTrace(recorder.tracer);
    await opened.span('a', {}, async () => 'done');

    expect(outline()).toEqual([['a', null]]);
  });

  it('records with the tracer that an SDK has registered', async () => {
    const asked: string[] = [];
    trace.setGlobalTracerProvider({
      getTracer(name) {
        asked.push(name);
        return recorder.tracer;
      },
    });

    const opened = await openTrace();
    await opened.span('a', {}, async () => 'done');

    expect(asked).toEqual(['region-persister']);
    expect(outline()).toEqual([['a', null]]);
  });

  it('goes under the span that is active in the caller', async () => {
    const active = trace.setSpan(ROOT_CONTEXT, recorder.tracer.startSpan('invocation'));
    context.setGlobalContextManager(contextManager(active));

    const opened = await openTrace(recorder.tracer);
    await opened.span('a', {}, async () => 'done');

    expect(outline()).toEqual([
      ['invocation', null],
      ['a', 'invocation'],
    ]);
  });

  it('records nothing, and loads nothing, where no SDK is registered', async () => {
    expect(await openTrace()).toBe(NO_TRACE);

    const script = `
      import { createRequire } from 'node:module';
      const { openTrace } = await import(${JSON.stringify(new URL('../lib/tracing.ts', import.meta.url).href)});
      await openTrace();
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).filter((file) => file.includes('@opentelemetry')).length);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout.trim()).toBe('0');
  });
});

describe('a span', () => {
  it('has its attributes, those of its end too, under the prefix', async () => {
    const opened = await openTrace(recorder.tracer);
    const answer = await opened.span('a', { input: 'usgs' }, async (span) => {
      span.set({ events: 3, outcomes: ['stored', 'lost'] });
      return 'answer';
    });

    expect(answer).toBe('answer');
    expect(recorder.spans).toMatchObject([
      {
        attributes: {
          'region_persister.input': 'usgs',
          'region_persister.events': 3,
          'region_persister.outcomes': ['stored', 'lost'],
        },
        status: { code: SpanStatusCode.UNSET },
        ends: 1,
      },
    ]);
  });

  it('is the parent of what is opened under it, at the same time as others', async () => {
    const opened = await openTrace(recorder.tracer);
    await opened.span('run', {}, (run) =>
      Promise.all(
        ['a', 'b'].map((name) =>
          run.span(name, {}, async (span) => {
            await Promise.resolve();
            await span.span(`${name} of ${name}`, {}, async () => undefined);
          }),
        ),
      ),
    );

    expect(outline()).toEqual([
      ['run', null],
      ['a', 'run'],
      ['b', 'run'],
      ['a of a', 'a'],
      ['b of b', 'b'],
    ]);
  });

  it('is the active one while its work runs, for what instruments itself', async () => {
    const active: unknown[] = [];
    context.setGlobalContextManager(
      contextManager(ROOT_CONTEXT, (given) => active.push(trace.getSpan(given))),
    );

    const opened = await openTrace(recorder.tracer);
    await opened.span('a', {}, async () => undefined);

    expect(active).toEqual([expect.objectContaining({ end: expect.any(Function) })]);
  });

  it('names each code of its failure once', async () => {
    const opened = await openTrace(recorder.tracer);
    await opened.span('a', {}, async (span) => span.fail(['store-timeout', 'deadline', 'store-timeout']));

    expect(recorder.spans[0]?.status).toEqual({
      code: SpanStatusCode.ERROR,
      message: 'store-timeout, deadline',
    });
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('secret words'))],
    [
      'throws',
      () => {
        throw new Error('secret words');
      },
    ],
  ])('ends with an error, without its words, when its work %s', async (_how, work) => {
    const opened = await openTrace(recorder.tracer);

    await expect(opened.span('a', {}, work)).rejects.toThrow('secret words');

    expect(recorder.spans).toMatchObject([
      { status: { code: SpanStatusCode.ERROR, message: 'internal' }, attributes: {}, ends: 1 },
    ]);
    expect(JSON.stringify(recorder.spans)).not.toContain('secret words');
  });

  it('ends, with an error, when the one it is under ends before it', async () => {
    const opened = await openTrace(recorder.tracer);
    await opened.span('collect', {}, async (span) => {
      span.span('feed', {}, (feed) => feed.span('page', {}, () => UNTIL_NEVER));
    });

    expect(recorder.spans.map(({ name, status, ends }) => [name, status.message, ends])).toEqual([
      ['collect', undefined, 1],
      ['feed', 'unfinished', 1],
      ['page', 'unfinished', 1],
    ]);
  });

  it('is left as it is after its end, whatever is still under way', async () => {
    let goOn = () => {};
    const given = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const late: Promise<unknown>[] = [];
    const opened = await openTrace(recorder.tracer);
    await opened.span('collect', {}, async (collect) => {
      late.push(
        collect.span('feed', {}, async (feed) => {
          await given;
          feed.set({ events: 3 });
          feed.fail(['too-late']);
          return feed.span('page', {}, async (page: OpenSpan) => page.span('row', {}, async () => 'read'));
        }),
      );
    });
    goOn();

    expect(await Promise.all(late)).toEqual(['read']);
    expect(outline()).toEqual([
      ['collect', null],
      ['feed', 'collect'],
    ]);
    expect(recorder.late).toEqual([]);
  });
});

describe('a tracer that throws', () => {
  const broken = (): never => {
    throw new Error('the exporter is out of order');
  };

  it.each(['startSpan', 'setAttributes', 'setStatus', 'end', 'spanContext'])(
    'in %s changes no outcome',
    async (method) => {
      const { tracer } = recorder;
      const faulty = {
        ...tracer,
        startSpan: (...args: Parameters<typeof tracer.startSpan>) => {
          if (method === 'startSpan') return broken();
          return Object.assign(Object.create(tracer.startSpan(...args)), { [method]: broken });
        },
      };
      const opened = await openTrace(faulty);

      const done = opened.span('a', {}, async (span) => {
        span.set({ b: 1 });
        span.fail(['c']);
        return span.span('d', {}, async () => 'done');
      });

      expect(await done).toBe('done');
    },
  );

  it('changes none when it cannot be had, or when its context manager throws', async () => {
    trace.setGlobalTracerProvider({ getTracer: broken });
    expect(await openTrace()).toBe(NO_TRACE);

    context.setGlobalContextManager(contextManager(ROOT_CONTEXT, broken));
    const opened = await openTrace(recorder.tracer);
    expect(await opened.span('a', {}, async () => 'done')).toBe('done');
  });
});
