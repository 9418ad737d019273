import type { HazardEvent } from '../../../lib/hazards/event.js';
import { GDACS_TYPES, gdacsFormat } from '../../../lib/hazards/feeds/gdacs-row.js';
import { createReading } from '../../../lib/hazards/feeds/reading.js';
import { NOW } from './rows.js';

/** Reads one row of GDACS as a feed would. */
export function readGdacsRow(
  row: unknown,
  code = 'TC',
  now = NOW,
): HazardEvent | 'not-counted' | 'unreadable' {
  const gdacsType = GDACS_TYPES.find((type) => type.code === code);
  if (gdacsType === undefined) throw new Error(`no type ${code}`);
  const reading = createReading(gdacsFormat(gdacsType, now), now);
  reading.answered(now);
  reading.add([row]);
  const outcome = reading.outcome();
  if (outcome instanceof Error) throw outcome;
  return outcome.skipped > 0 ? 'unreadable' : (outcome.events[0] ?? 'not-counted');
}
