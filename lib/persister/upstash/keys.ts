/** The names of all keys. Readers of other programs rely on them. */
export interface Keys {
  dedup(region: string, hash: string): string;
  snapshotById(id: string): string;
  latest(region: string): string;
  index(region: string): string;
  head(region: string): string;
  trend(region: string): string;
  regimeHistory(region: string): string;
  memory(region: string): string;
  readonly runs: string;
  readonly pushes: string;
  readonly summary: string;
  readonly seedMeta: string;
}

/** @param namespace put before every key: '' in production, `preview:<sha8>:` on a preview, `development:` elsewhere */
export function createKeys(namespace: string): Keys {
  const snapshots = `${namespace}intelligence:snapshot`;
  return {
    dedup: (region, hash) => `${namespace}dedup:${region}:${hash}`,
    snapshotById: (id) => `${snapshots}-by-id:v1:${id}`,
    latest: (region) => `${snapshots}:v1:${region}:latest`,
    index: (region) => `${snapshots}-index:v1:${region}`,
    head: (region) => `${snapshots}-head:v1:${region}`,
    trend: (region) => `${snapshots}-trend:v1:${region}`,
    regimeHistory: (region) => `${namespace}intelligence:regime-history:v1:${region}`,
    memory: (region) => `${namespace}intelligence:run-memory:v1:${region}`,
    runs: `${snapshots}-runs:v1`,
    pushes: `${snapshots}-pushes:v1`,
    summary: `${namespace}intelligence:regional-snapshots:summary:v1`,
    seedMeta: `${namespace}seed-meta:intelligence:regional-snapshots`,
  };
}
