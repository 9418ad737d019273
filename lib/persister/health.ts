import { z } from 'zod';
import { parseJson } from '../limits/json.js';
import { StoreError } from './upstash/error.js';
import type { Reads } from './upstash/read.js';

export interface EntityHealth {
  /** `ok`: every entity has a snapshot that is young enough. `unreachable`: the store could not be asked. */
  readonly status: 'ok' | 'stale' | 'unreachable';
  readonly entities: readonly {
    readonly entity: string;
    /** Age of the newest snapshot in ms, never negative; null when there is none or it is not known. */
    readonly ageMs: number | null;
  }[];
  /** Why the store could not be asked. */
  readonly message?: string;
}

export interface HealthQuestion {
  /** The age in ms from which a snapshot is stale. */
  readonly maxAgeMs: number;
  /** Default: all that are stored. */
  readonly entities?: readonly string[];
}

type Reading = <T>(read: (signal: AbortSignal) => Promise<T>) => Promise<T | StoreError>;

const HeadTimeSchema = z.object({ generated_at: z.int() });

/** Tells how old the newest snapshot of each entity is. Snapshots dated ahead count from now. */
export async function assessHealth(
  store: Pick<Reads, 'heads' | 'entities'>,
  reading: Reading,
  { maxAgeMs, entities }: HealthQuestion,
): Promise<EntityHealth> {
  const asked = entities ?? (await reading((signal) => store.entities(signal)));
  if (asked instanceof StoreError) return { status: 'unreachable', entities: [], message: asked.message };
  if (asked.length === 0) return { status: 'stale', entities: [], message: 'nothing is stored' };
  const heads = await reading((signal) => store.heads(asked, signal));
  const ages = asked.map((entity) => ({
    entity,
    ageMs: heads instanceof StoreError ? null : ageOf(heads.get(entity)),
  }));
  if (heads instanceof StoreError) return { status: 'unreachable', entities: ages, message: heads.message };
  const isFresh = ages.every(({ ageMs }) => ageMs !== null && ageMs < maxAgeMs);
  return { status: isFresh ? 'ok' : 'stale', entities: ages };
}

function ageOf(head: string | undefined): number | null {
  const { data } = HeadTimeSchema.safeParse(head === undefined ? undefined : parseJson(head));
  return data === undefined ? null : Math.max(0, Date.now() - data.generated_at);
}
