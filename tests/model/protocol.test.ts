import { describe, expect, it, vi } from 'vitest';
import { faultOf } from './invariants.js';
import { AS_BUILT, keyOf, type Protocol, startOf, stepsOf } from './protocol.js';
import { searchAll } from './search.js';

// Hundreds of thousands of steps take their time where others compute, too.
vi.setConfig({ testTimeout: 120_000 });

function search(sameContent: boolean, changes: Partial<Protocol> = {}) {
  const steps = stepsOf({ ...AS_BUILT, ...changes });
  return searchAll({ start: startOf(sameContent), keyOf, steps, fault: faultOf });
}

describe('the protocol as it is built', () => {
  // Two contents, which do not compete for a key, are in protocol.long.test.ts.
  it('keeps invariants 1 to 5 in every state of two writers of one content', () => {
    const { states, violation } = search(true);

    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(10_000);
  });
});

describe('a protocol without one of its rules', () => {
  it('stores what was reported as not stored when all claims of a writer are the same', () => {
    const { violation } = search(true, { fencePerRequest: false });

    expect(violation?.fault).toMatch(/^2:/);
    // A claim that is executed late revives what a late commit is fenced by.
    expect(violation?.trace.slice(-2)).toEqual([
      expect.stringMatching(/^(claim|read-claim) of A is executed/),
      expect.stringMatching(/^commit of A is executed/),
    ]);
  });

  it.each<[string, Partial<Protocol>, boolean, RegExp]>([
    ['publish does not look whose claim it is', { fencedPublish: false }, true, /^[23]:/],
    ['SET decides whose claim it is', { getDecides: false }, true, /^5:/],
    ['latest is whatever was stored last', { latestIsNewest: false }, false, /^4:/],
    ['the marker is the only evidence', { evidence: false }, true, /^2:/],
    ['a marker is believed unseen', { verifies: false }, true, /^5:/],
    ['an unheard commit is forgotten', { remembersUnheard: false }, true, /^2:/],
  ])('breaks an invariant when %s', (_, changes, sameContent, fault) => {
    expect(search(sameContent, changes).violation?.fault).toMatch(fault);
  });
});
