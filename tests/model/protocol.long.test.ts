import { expect, it } from 'vitest';
import { faultOf } from './invariants.js';
import { AS_BUILT, keyOf, startOf, stepsOf } from './protocol.js';
import { searchAll } from './search.js';

it('the protocol as it is built keeps invariants 1 to 5 in every state of two writers of two contents', () => {
  const steps = stepsOf(AS_BUILT);
  const { states, violation } = searchAll({ start: startOf(false), keyOf, steps, fault: faultOf });

  expect(violation).toBeNull();
  expect(states).toBeGreaterThan(10_000);
});
