/** As it was written first, a call for each value: what the fast one is compared with. */
export function plainCanonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => plainCanonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${plainCanonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}
