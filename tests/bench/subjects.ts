import type { Connect } from './contenders/contender.js';

/** What is compared, each loaded on demand: a fresh process that runs one of them pays for that one alone. */
const SUBJECTS = {
  sequential: async () => (await import('./contenders/sequential.js')).connect,
  allSettled: async () => (await import('./contenders/all-settled.js')).connect,
  'two batches': async () => (await import('./contenders/two-batches.js')).connect,
  'auto-pipelining': async () => (await import('./contenders/auto-pipelining.js')).connect,
  'generic idempotency': async () => (await import('./contenders/generic-idempotency.js')).connect,
  ours: async () => (await import('./contenders/ours.js')).connect,
  'our whole run': async () => (await import('./contenders/whole-run.js')).connect,
  'the cron function': async () => (await import('./contenders/cron-function.js')).connect,
  'two bare requests': async () => (await import('./contenders/bare-requests.js')).connectBare(2),
  'four bare requests': async () => (await import('./contenders/bare-requests.js')).connectBare(4),
} satisfies Record<string, () => Promise<Connect>>;

export type SubjectName = keyof typeof SUBJECTS;

export const CONTENDERS = [
  'sequential',
  'allSettled',
  'two batches',
  'auto-pipelining',
  'generic idempotency',
  'ours',
] as const satisfies readonly SubjectName[];

export async function loadSubject(name: SubjectName): Promise<Connect> {
  return SUBJECTS[name]();
}
