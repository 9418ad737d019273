export interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly text: (row: T) => string;
}

/**
 * Sets rows under column titles: the first column to the left, the others to the right.
 *
 * @param instead a remark that stands in the place of a row's figures
 */
export function renderTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  instead: (row: T) => string | undefined,
): string {
  const [first, ...rest] = columns;
  if (first === undefined) return '';
  const line = (head: string, cells: readonly string[]) =>
    head.padEnd(first.width) + cells.map((cell, i) => cell.padStart(rest[i]?.width ?? 0)).join('');
  const header = line(
    first.title,
    rest.map(({ title }) => title),
  );
  const body = rows.map((row) => {
    const remark = instead(row);
    if (remark !== undefined) return `${first.text(row).padEnd(first.width)}  ${remark}`;
    return line(
      first.text(row),
      rest.map(({ text }) => text(row)),
    );
  });
  return [header, ...body].map((text) => text.trimEnd()).join('\n');
}
