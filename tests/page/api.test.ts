import { describe, expect, it } from 'vitest';
import { createApi } from '../../public/app/api.js';
import { tabStorage } from '../../public/app/storage.js';

function apiThatAnswers(answer: () => Response, token: string | null = null) {
  const calls: { path: unknown; headers: Headers; cache: unknown }[] = [];
  const fetch = async (path: unknown, init?: RequestInit) => {
    calls.push({ path, headers: new Headers(init?.headers), cache: init?.cache });
    return answer();
  };
  return { api: createApi({ fetch, token: () => token }), calls };
}

const json = (body: unknown, status: number, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });

describe('createApi', () => {
  it('gives what the API answers', async () => {
    const { api, calls } = apiThatAnswers(() => json({ a: 1 }, 200));
    expect(await api.get('/api/regions')).toEqual({ ok: true, data: { a: 1 } });
    expect(calls).toMatchObject([{ path: '/api/regions', cache: 'no-cache' }]);
    expect(calls[0]?.headers.has('authorization')).toBe(false);
  });

  it('presents the token where there is one', async () => {
    const { api, calls } = apiThatAnswers(() => json({}, 200), 'secret');
    await api.get('/api/regions');
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer secret');
  });

  it('gives a problem with its title and detail, and the body for who can read it', async () => {
    const body = { title: 'The store cannot be reached', detail: 'timed out' };
    const { api } = apiThatAnswers(() => json(body, 503, 'application/problem+json'));
    expect(await api.get('/api/regions')).toEqual({ ok: false, problem: { status: 503, ...body }, body });
  });

  it.each([
    [502, 'The API answered 502'],
    [200, 'The API answered 200'],
  ])('makes a problem of a page with status %d', async (status, title) => {
    const { api } = apiThatAnswers(() => new Response('<!doctype html>', { status }));
    expect(await api.get('/api/regions')).toMatchObject({
      ok: false,
      problem: { status, title, detail: null },
    });
  });

  it('makes a problem of no answer', async () => {
    const { api } = apiThatAnswers(() => {
      throw new TypeError('failed to fetch');
    });
    expect(await api.get('/api/regions')).toMatchObject({ ok: false, problem: { status: 0 } });
  });
});

describe('tabStorage', () => {
  it('forgets with the page where the browser forbids storage', () => {
    const storage = tabStorage(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    storage.setItem('k', 'v');
    expect(storage.getItem('k')).toBe('v');
    storage.removeItem('k');
    expect(storage.getItem('k')).toBeNull();
  });
});
