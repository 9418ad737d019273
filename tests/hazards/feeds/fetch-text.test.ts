import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFeedBudget } from '../../../lib/hazards/feeds/feed-budget.js';
import { fetchText, waitFor } from '../../../lib/hazards/feeds/fetch-text.js';
import { AT_ONCE, NEVER, serve, serveJson } from '../support/serve.js';

function get(url: string, overrides: Partial<Parameters<typeof fetchText>[0]> = {}) {
  const budget = createFeedBudget();
  return fetchText({
    url: new URL(url),
    accept: 'application/json',
    signal: NEVER,
    fetch: globalThis.fetch,
    ...AT_ONCE,
    check: () => budget.check('json'),
    ...overrides,
  });
}

/** Fails the first time and answers the second. */
function failsOnce(fail: (response: ServerResponse) => void) {
  let failed = false;
  return serve((_request, response) => {
    if (failed) response.end('{"rows":1}');
    else fail(response);
    failed = true;
  });
}

function status(code: number, body = '') {
  return (response: ServerResponse) => response.writeHead(code, { 'content-type': 'text/html' }).end(body);
}

describe('fetchText', () => {
  it('returns the body and says who asks', async () => {
    let userAgent: string | undefined;
    await using served = await serve((request, response) => {
      userAgent = request.headers['user-agent'];
      response.end('{"rows":[1,2]}');
    });
    expect(await get(served.url)).toBe('{"rows":[1,2]}');
    expect(userAgent).toContain('region-persister');
  });

  it('returns nothing for 204', async () => {
    await using served = await serve((_request, response) => response.writeHead(204).end());
    expect(await get(served.url)).toBeUndefined();
    expect(served.requests).toHaveLength(1);
  });

  it.each([
    ['an empty body', ''],
    ['white space', ' \r\n'],
  ])('takes %s for a fault, not for nothing, and tries once more', async (_name, body) => {
    await using served = await serve((_request, response) => response.end(body));
    await expect(get(served.url)).rejects.toThrow(/\/feed: the answer is empty$/);
    expect(served.requests).toHaveLength(2);
  });

  it('follows a redirect within the origin', async () => {
    await using served = await serve((request, response) => {
      if (request.url === '/moved') response.end('[3]');
      else response.writeHead(302, { location: '/moved' }).end();
    });
    expect(await get(served.url)).toBe('[3]');
  });

  it('reads compressed and chunked bodies with characters cut in two', async () => {
    const body = gzipSync(JSON.stringify({ name: 'Herāt 🌋'.repeat(10_000) }));
    await using served = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(body.subarray(0, 101));
      response.end(body.subarray(101));
    });
    expect(await get(served.url)).toBe(JSON.stringify({ name: 'Herāt 🌋'.repeat(10_000) }));
  });
});

describe('fetchText when something goes wrong', () => {
  it.each([500, 502, 503, 429, 400])('tries once more after HTTP %d', async (code) => {
    await using served = await failsOnce(status(code));
    expect(await get(served.url)).toBe('{"rows":1}');
    expect(served.requests).toHaveLength(2);
  });

  it('tries once more after a connection that broke', async () => {
    await using served = await failsOnce((response) => response.destroy());
    expect(await get(served.url)).toBe('{"rows":1}');
    expect(served.requests).toHaveLength(2);
  });

  it('tries once more after half a body', async () => {
    await using served = await failsOnce((response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"rows":', () => response.destroy());
    });
    expect(await get(served.url)).toBe('{"rows":1}');
    expect(served.requests).toHaveLength(2);
  });

  it('tries no more than twice', async () => {
    await using served = await serve((_request, response) => status(503)(response));
    await expect(get(served.url)).rejects.toThrow(/^127\.0\.0\.1:\d+\/feed: HTTP 503$/);
    expect(served.requests).toHaveLength(2);
  });

  it.each([401, 403, 404, 410])('does not repeat what HTTP %d refused', async (code) => {
    await using served = await serve((_request, response) => status(code)(response));
    await expect(get(served.url)).rejects.toThrow(`HTTP ${code}`);
    expect(served.requests).toHaveLength(1);
  });

  it.each([
    ['another origin', 'http://127.0.0.1:9/other'],
    ['the same host by another scheme', 'ftp://127.0.0.1/feed'],
    ['what is not a URL', 'http://'],
    ['itself', '/feed'],
  ])('does not follow a redirect to %s', async (_name, location) => {
    await using served = await serve((_request, response) =>
      response.writeHead(302, { location }).end('internal'),
    );
    await expect(get(served.url)).rejects.toThrow(/\/feed: redirects elsewhere, which is not followed$/);
    expect(served.requests.length).toBeLessThanOrEqual(4);
  });

  it('does not follow a redirect from https to http', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      asked.push(String(url));
      return new Response(null, { status: 301, headers: { location: 'http://feeds.example/feed' } });
    };
    await expect(get('https://feeds.example/feed', { fetch })).rejects.toThrow('redirects elsewhere');
    expect(asked).toEqual(['https://feeds.example/feed']);
  });

  it.each([
    ['3', [3_000]],
    ['soon', [0]],
    ['20', [20_000]],
  ])('waits for as long as "Retry-After: %s" says', async (header, waits) => {
    const waited: number[] = [];
    const wait = async (ms: number) => void waited.push(ms);
    await using served = await failsOnce((response) =>
      response.writeHead(429, { 'retry-after': header }).end(),
    );
    expect(await get(served.url, { wait })).toBe('{"rows":1}');
    expect(waited).toEqual(waits);
  });

  it('gives up at once where "Retry-After" is longer than any run', async () => {
    await using served = await serve((_request, response) =>
      response.writeHead(429, { 'retry-after': '3600' }).end(),
    );
    await expect(get(served.url)).rejects.toThrow('HTTP 429');
    expect(served.requests).toHaveLength(1);
  });

  it('gives up on a server that never answers, after its own timeout', async () => {
    await using served = await serve(() => undefined);
    await expect(get(served.url, { timeoutMs: 300 })).rejects.toThrow('no answer within 300 ms');
    expect(served.requests).toHaveLength(2);
  });

  it('gives up on a body that never ends, after its own timeout', async () => {
    await using served = await serve((_request, response) => {
      response.write('{');
    });
    await expect(get(served.url, { timeoutMs: 50 })).rejects.toThrow('no answer within 50 ms');
  });

  it('names a server that is not there', async () => {
    const served = await serve(() => undefined);
    await served[Symbol.asyncDispose]();
    await expect(get(served.url)).rejects.toThrow('network error ECONNREFUSED');
  });
});

describe('fetchText and its signal', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('stops waiting when the signal fires, and does not try again', async () => {
    const controller = new AbortController();
    await using served = await serve(() => controller.abort());
    await expect(get(served.url, { signal: controller.signal })).rejects.toThrow(
      'no answer before the deadline',
    );
    expect(served.requests).toHaveLength(1);
  });

  it('stops in the middle of a body', async () => {
    const controller = new AbortController();
    await using served = await serve((_request, response) => {
      response.write('{', () => controller.abort());
    });
    await expect(get(served.url, { signal: controller.signal })).rejects.toThrow(
      'no answer before the deadline',
    );
    expect(served.requests).toHaveLength(1);
  });

  it('does not wait out the backoff, and keeps the first failure', async () => {
    const controller = new AbortController();
    await using served = await serve((_request, response) => status(500)(response));
    const abortsInTheWait = () => {
      queueMicrotask(() => controller.abort());
      return 0.999;
    };
    await expect(
      get(served.url, { signal: controller.signal, random: abortsInTheWait, wait: waitFor }),
    ).rejects.toThrow('HTTP 500');
    expect(served.requests).toHaveLength(1);
  });

  it('sends nothing once the signal has fired', async () => {
    await using served = await serveJson([]);
    await expect(get(served.url, { signal: AbortSignal.abort() })).rejects.toThrow(
      'no answer before the deadline',
    );
    expect(served.requests).toHaveLength(0);
  });

  it.each([200, 503, 404])('leaves no timer and no listener behind after HTTP %d', async (code) => {
    const { signal } = new AbortController();
    await using served = await serve((_request, response) => status(code, '[]')(response));
    const set = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    await get(served.url, { signal, timeoutMs: 61_234 }).catch(() => undefined);
    const ours = set.mock.results.filter((_timer, index) => set.mock.calls[index]?.[1] === 61_234);
    expect(ours).toHaveLength(served.requests.length);
    for (const { value: timer } of ours) expect(cleared).toHaveBeenCalledWith(timer);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('fetchText and large bodies', () => {
  it('stops reading 200 MB at 8 MB', async () => {
    const chunk = Buffer.alloc(64 * 1_024, 'x');
    let sent = 0;
    await using served = await serve((_request, response) => {
      const send = () => {
        while (sent < 200_000_000 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
        response.end();
      };
      send();
    });
    await expect(get(served.url)).rejects.toThrow('the feed is larger than 8388608 bytes');
    expect(served.requests).toHaveLength(1);
    // What was sent lies in the buffers of two sockets.
    expect(sent).toBeLessThan(60_000_000);
  });

  it('counts what a compressed body unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, ' '));
    await using served = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    await expect(get(served.url)).rejects.toThrow('the feed is larger than 8388608 bytes');
  });

  it('reads what stays under the limit', async () => {
    await using served = await serve((_request, response) => response.end(`[${' '.repeat(8_000_000)}]`));
    expect(await get(served.url)).toMatch(/^\[ +\]$/);
  });
});

describe('the messages of fetchText', () => {
  it('quote an error page without its markup, cut', async () => {
    const page = `<!doctype html>\u202e<html><head><style>p { color: red }</style><script>let x = '<p>';</script></head>
      <body><h1>Bad   gateway</h1>\u0000<p>${'try again later '.repeat(50)}</p></body></html>`;
    await using served = await serve((_request, response) => status(404, page)(response));
    const error = await get(served.url).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/HTTP 404: Bad gateway try again later/);
    expect(String(error)).not.toMatch(/[<>{}\p{Cc}\u202e]|color/u);
    expect(String(error).length).toBeLessThan(220);
  });

  it('give the status alone when the error page is endless', async () => {
    await using served = await serve((_request, response) => {
      response.writeHead(404);
      response.write('x'.repeat(200_000));
    });
    await expect(get(served.url)).rejects.toThrow(/\/feed: HTTP 404$/);
  });

  it.each([
    ['an error status', (response: ServerResponse) => status(404)(response)],
    ['a broken connection', (response: ServerResponse) => response.destroy()],
    ['an empty body', (response: ServerResponse) => response.end()],
  ])('never hold the query, which may hold a key: %s', async (_name, answer) => {
    await using served = await serve((_request, response) => answer(response));
    const error = await get(`${served.url}?key=s3cr3t`).catch((reason: unknown) => reason);
    expect(String(error)).toContain('/feed: ');
    expect(String(error)).not.toContain('s3cr3t');
  });

  it('never hold what fetch itself says of a URL it refuses', async () => {
    const error = await get('http://name:s3cr3t@127.0.0.1:9/feed').catch((reason: unknown) => reason);
    expect(String(error)).toBe('Error: 127.0.0.1:9/feed: network error');
  });

  it('keep what happened as the cause', async () => {
    await using served = await serve((_request, response) => response.destroy());
    const error = await get(served.url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ cause: expect.any(TypeError) });
  });
});
