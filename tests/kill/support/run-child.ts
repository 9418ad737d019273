/**
 * One run in a process of its own, to be killed or frozen. Its settings come as JSON in the environment. Its last word is
 * its report, on stdout: of a killed process nobody hears it.
 */

import { z } from 'zod';
import { REGION_IDS } from '../../../lib/hazards/regions/regions.js';
import { summarise } from '../../../lib/hazards/snapshot.js';
import { createStore } from '../../../lib/persister/upstash/store.js';
import { createRunner } from '../../../lib/runs/run.js';
import { sourceOf } from '../../faults/suite/play-run.js';

export const ChildSettingsSchema = z.object({
  url: z.string(),
  token: z.string(),
  namespace: z.string(),
  budgetMs: z.number(),
  content: z.number(),
});

const { content, budgetMs, ...store } = ChildSettingsSchema.parse(JSON.parse(process.env.RUN_CHILD ?? ''));
const runner = createRunner({ store: createStore(store), environment: 'test', budgetMs, summarise });
const { report } = await runner.run({
  source: sourceOf(content),
  regionIds: REGION_IDS,
  trigger: 'cron',
  dryRun: false,
});
process.stdout.write(JSON.stringify(report));
