/** The rows of a table by the titles of their columns. */
export type Row = Readonly<Record<string, string>>;

/** Every table of a page. No cell may hold a `|`. */
export function tablesOf(markdown: string): Row[][] {
  const blocks = markdown.split(/\n{2,}/).filter((block) => block.startsWith('|'));
  return blocks.map((block) => {
    const [titles = [], , ...rows] = block.trim().split('\n').map(cellsOf);
    return rows.map((cells) => Object.fromEntries(titles.map((title, i) => [title, cells[i] ?? ''])));
  });
}

/** The bodies of the fenced blocks in one language. */
export function fencesOf(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm);
  return [...fences].flatMap(([, name, body = '']) => (name === language ? [body] : []));
}

/** What stands between backticks. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code ?? []);
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
