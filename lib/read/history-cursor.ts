import type { HistoryCursor } from '../store/history.js';

/** A cursor as it stands in a URL: `<generatedAt>-<12 hex>`. */
export function formatCursor({ generatedAt, member }: HistoryCursor): string {
  return `${generatedAt}-${member}`;
}

/** @returns null for what `formatCursor` cannot have made */
export function parseCursor(text: string): HistoryCursor | null {
  const [, generatedAt, member] = /^(\d{1,15})-([0-9a-f]{12})$/.exec(text) ?? [];
  return generatedAt === undefined || member === undefined
    ? null
    : { generatedAt: Number(generatedAt), member };
}
