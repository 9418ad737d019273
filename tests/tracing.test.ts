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
import { span } from '../lib/limits/spans.js';
import { traceWith } from '../lib/tracing.js';
import { createSpanRecorder, type SpanRecorder } from './support/span-recorder.js';

let recorder: SpanRecorder;
let stop = () => {};
beforeEach(() => {
  recorder = createSpanRecorder();
});
afterEach(() => {
  stop();
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

describe('traceWith', () => {
  it('records with the tracer it is given', async () => {
    stop = await traceWith(recorder.tracer);
    await span('a', {}, async () => 'done');

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

    stop = await traceWith();
    await span('a', {}, async () => 'done');

    expect(asked).toEqual(['region-persister']);
    expect(outline()).toEqual([['a', null]]);
  });

  it('records nothing once it has been stopped', async () => {
    stop = await traceWith(recorder.tracer);
    stop();
    await span('a', {}, async () => 'done');

    expect(recorder.spans).toEqual([]);
  });

  it('goes under the span that is active in the caller', async () => {
    const active = trace.setSpan(ROOT_CONTEXT, recorder.tracer.startSpan('invocation'));
    context.setGlobalContextManager(contextManager(active));

    stop = await traceWith(recorder.tracer);
    await span('a', {}, async () => 'done');

    expect(outline()).toEqual([
      ['invocation', null],
      ['a', 'invocation'],
    ]);
  });

  it('records nothing, and loads nothing, where no SDK is registered', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { traceWith, traceWithRegistered } = await import(${urlOf('../lib/tracing.ts')});
      const { SPANS } = await import(${urlOf('../lib/limits/spans.ts')});
      await traceWith();
      await traceWithRegistered();
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).filter((file) => file.includes('@opentelemetry')).length, SPANS.hasSubscribers);
    `;
    expect(await printedBy(script)).toBe('0 false');
  });
});

describe('a span', () => {
  it('has its attributes, those of its end too, under the prefix', async () => {
    stop = await traceWith(recorder.tracer);
    const answer = await span('a', { input: 'usgs' }, async (opened) => {
      opened.set({ events: 3, outcomes: ['stored', 'lost'] });
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
    stop = await traceWith(recorder.tracer);
    await span('run', {}, () =>
      Promise.all(
        ['a', 'b'].map((name) =>
          span(name, {}, async () => {
            await Promise.resolve();
            await span(`${name} of ${name}`, {}, async () => undefined);
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

    stop = await traceWith(recorder.tracer);
    await span('a', {}, async () => undefined);

    expect(active).toEqual([expect.objectContaining({ end: expect.any(Function) })]);
  });

  it('names each code of its failure once', async () => {
    stop = await traceWith(recorder.tracer);
    await span('a', {}, async (opened) => opened.fail(['store-timeout', 'deadline', 'store-timeout']));

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
    stop = await traceWith(recorder.tracer);

    await expect(span('a', {}, work)).rejects.toThrow('secret words');

    expect(recorder.spans).toMatchObject([
      { status: { code: SpanStatusCode.ERROR, message: 'internal' }, attributes: {}, ends: 1 },
    ]);
    expect(JSON.stringify(recorder.spans)).not.toContain('secret words');
  });

  it('ends, with an error, when the one it is under ends before it', async () => {
    stop = await traceWith(recorder.tracer);
    await span('collect', {}, async () => {
      void span('feed', {}, () => span('page', {}, () => UNTIL_NEVER));
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
    stop = await traceWith(recorder.tracer);
    await span('collect', {}, async () => {
      late.push(
        span('feed', {}, async (feed) => {
          await given;
          feed.set({ events: 3 });
          feed.fail(['too-late']);
          return span('page', {}, async () => span('row', {}, async () => 'read'));
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
      stop = await traceWith(faulty);

      const done = span('a', {}, async (opened) => {
        opened.set({ b: 1 });
        opened.fail(['c']);
        return span('d', {}, async () => 'done');
      });

      expect(await done).toBe('done');
    },
  );

  it('changes none when it cannot be had, or when its context manager throws', async () => {
    trace.setGlobalTracerProvider({ getTracer: broken });
    stop = await traceWith();
    expect(await span('a', {}, async () => 'done')).toBe('done');
    stop();

    context.setGlobalContextManager(contextManager(ROOT_CONTEXT, broken));
    stop = await traceWith(recorder.tracer);
    expect(await span('a', {}, async () => 'done')).toBe('done');
  });
});

describe('traceWithRegistered', () => {
  it('makes each span of composed runners once, with the tracer that is registered now', async () => {
    const script = `
      import { trace } from '@opentelemetry/api';
      const { composeRunner } = await import(${urlOf('../lib/compose.ts')});
      const { createSpanRecorder } = await import(${urlOf('./support/span-recorder.ts')});
      const store = { url: 'http://127.0.0.1:1', token: 'token', namespace: '' };
      const config = { store, environment: 'test', budgetMs: 100, feeds: {} };
      const push = () => composeRunner(config, () => undefined).push([]);
      const register = ({ tracer }) => trace.setGlobalTracerProvider({ getTracer: () => tracer });
      const [first, second] = [createSpanRecorder(), createSpanRecorder()];
      register(first);
      await Promise.all([push(), push()]);
      trace.disable();
      await push();
      register(second);
      await push();
      console.log(JSON.stringify([first, second].map(({ spans }) => spans.map(({ name }) => name))));
    `;

    expect(JSON.parse(await printedBy(script))).toEqual([['run', 'run'], ['run']]);
  });
});

function urlOf(file: string): string {
  return JSON.stringify(new URL(file, import.meta.url).href);
}

/** Runs a script in a process of its own: what it subscribes stays there. */
async function printedBy(script: string): Promise<string> {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.trim();
}
