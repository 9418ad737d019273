import { describe, expect, it } from 'vitest';
import { type Claim, type Hearing, parseMemory, remember, type Statement } from '../../lib/hazards/memory.js';

const claim = (i: number, severity: number): Claim => ({ id: `gdacs:TC:${i}`, type: 'cyclone', severity });
const hearing = (status: Hearing['status'], ...claims: Claim[]): Hearing => ({
  input: 'gdacs-tc',
  status,
  claims,
});
const run = (at: number) => ({ at, snapshotId: `s-${at}` });

describe('remember', () => {
  it('keeps 20 events of what an input said, the most severe', () => {
    const many = Array.from({ length: 30 }, (_, i) => claim(i, (i + 1) / 30));
    const [said] = remember(hearing('ok', ...many), [], run(1));

    expect(said?.events).toEqual(many.toReversed().slice(0, 20));
    expect(said?.cut).toBe(true);
  });

  it('keeps 6 statements, the complete one and the most severe of what was heard in part', () => {
    const severities = [0.3, 0.9, 0.1, 0.5, 0.2, 0.8, 0.4, 0.6];
    let said: readonly Statement[] = remember(hearing('ok', claim(0, 0.05)), [], run(0));
    for (const [i, severity] of severities.entries()) {
      said = remember(hearing('incomplete', claim(1 + i, severity)), said, run(1 + i));
    }

    expect(said.map(({ complete, events: [event] }) => [complete, event?.severity])).toEqual([
      [false, 0.6],
      [false, 0.4],
      [false, 0.8],
      [false, 0.5],
      [false, 0.9],
      [true, 0.05],
    ]);
  });
});

describe('parseMemory', () => {
  const regime = { label: 'normal', previous_label: null, transitioned_at: null, transition_driver: null };

  it('takes an input of which more is said than it may remember for one of which nothing is', () => {
    const said = remember(hearing('ok', claim(1, 0.5)), [], run(1));
    const inputs = { few: said, many: Array(7).fill(said[0]) };

    expect(parseMemory({ generated_at: 1, regime, inputs })?.inputs).toEqual({ few: said, many: [] });
  });
});
