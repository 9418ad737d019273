import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRecord } from '../../lib/persister/record.js';

const document = {
  region_id: 'lagos',
  generated_at: 1_790_000_000_000,
  meta: { snapshot_id: 'one' },
  text: 'São Tomé “x” \\ '.repeat(500),
};
const draft = { entity: 'lagos', at: document.generated_at, id: 'one', document };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the work of making a record', () => {
  it('writes a plain document once, and never reads it back', () => {
    const written = vi.spyOn(JSON, 'stringify');
    const read = vi.spyOn(JSON, 'parse');

    expect(createRecord(draft).ok).toBe(true);

    const whole = written.mock.calls.filter(([value]) => value === document);
    expect({ written: whole.length, read: read.mock.calls.length }).toEqual({ written: 1, read: 0 });
  });

  it.each([
    ['a Date', new Date(0)],
    ['an undefined field', { inner: undefined }],
    ['an instance that writes itself', { toJSON: () => 'mine' }],
    ['an undefined item', [undefined]],
  ])('hashes %s as a reader will find it', (_name, odd) => {
    const given = createRecord({ ...draft, document: { ...document, odd } });
    const reread = createRecord({ ...draft, document: JSON.parse(JSON.stringify({ ...document, odd })) });

    expect(given).toEqual(reread);
    expect(given.ok).toBe(true);
  });
});
