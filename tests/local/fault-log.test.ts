import { expect, it } from 'vitest';
import { createFaultLog } from '../../local/fault-log.js';
import type { Command } from '../../local/upstash/request.js';

const claim = (region: string): Command => ['SET', `t:dedup:${region}:abc`, 'secret-value', 'NX'];

it('says for each rule what it did to which regions, and how often', () => {
  const log = createFaultLog([
    { match: { phase: 'claim' }, fault: { kind: 'status', status: 500 } },
    { fault: { kind: 'drop-after' } },
  ]);
  log.record(0, [claim('mena')]);
  log.record(0, [claim('mena')]);
  log.record(0, [claim('europe'), claim('mena')]);
  log.record(1, [['LPUSH', 't:runs', 'x']]);
  log.record(1, [['PING']]);

  expect(log.lines()).toEqual([
    'claim of mena: answered 500, 2 times',
    'claim of mena, europe: answered 500, once',
    'report: executed, then connection dropped, once',
    'PING: executed, then connection dropped, once',
  ]);
});

it('says which rule struck nothing', () => {
  const log = createFaultLog([{ match: { region: 'atlantis' }, fault: { kind: 'delay', ms: 50 } }]);
  expect(log.lines()).toEqual(['rule 1 (delayed by 50 ms; match {"region":"atlantis"}): struck nothing']);
});
