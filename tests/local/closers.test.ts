import { expect, it } from 'vitest';
import { createClosers } from '../../local/stack.js';

it('closes in reverse order, one after the other', async () => {
  const closers = createClosers();
  const events: string[] = [];
  for (const name of ['first', 'second']) {
    closers.add(async () => {
      events.push(`${name} closing`);
      await Promise.resolve();
      events.push(`${name} closed`);
    });
  }
  await closers.closeAll();
  expect(events).toEqual(['second closing', 'second closed', 'first closing', 'first closed']);
});

it('closes everything even if some fail, and says so', async () => {
  const closers = createClosers();
  const closed: string[] = [];
  closers.add(async () => closed.push('first'));
  closers.add(() => Promise.reject(new Error('no')));
  closers.add(async () => closed.push('third'));
  await expect(closers.closeAll()).rejects.toMatchObject({ errors: [new Error('no')] });
  expect(closed).toEqual(['third', 'first']);
});

it('closes everything once', async () => {
  const closers = createClosers();
  let times = 0;
  closers.add(async () => times++);
  await closers.closeAll();
  await closers.closeAll();
  expect(times).toBe(1);
});
