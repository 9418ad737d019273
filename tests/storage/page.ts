import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { codeSpans, fencesOf, tablesOf } from './markdown.js';

/** What `docs/storage.md` says, read from the page itself: all that a reader of another program has to go by. */
export interface Page {
  readonly keys: readonly KeyRow[];
  readonly examples: readonly Example[];
  /** Fields that need not be as the examples show them. */
  readonly exceptions: readonly FieldException[];
  /** What stands for `{region}`. */
  readonly regions: readonly string[];
  /** What matches the names of a key from end to end. */
  matcher(pattern: string, namespace: string): RegExp;
  /** What stands for `{ns}` on a deployment of this commit. */
  namespace(deployment: Deployment, commit: string): string;
}

export type Deployment = 'production' | 'preview';

export interface KeyRow {
  readonly name: string;
  readonly pattern: string;
  readonly type: string;
  readonly lives: Readonly<Record<Deployment, string>>;
}

/** A command as it stands behind the prompt, and the lines that answer it. */
export interface Example {
  readonly command: string;
  readonly reply: readonly string[];
}

export interface FieldException {
  /** The names of the keys that hold the fields. */
  readonly in: readonly string[];
  /** Paths such as `evidence[].url`. */
  readonly fields: readonly string[];
  readonly mayBe: 'null' | 'absent';
}

const KeysSchema = z.array(
  z
    .object({
      name: z.string(),
      key: z.string(),
      type: z.string(),
      lives: z.string(),
      'on a preview': z.string(),
    })
    .transform(({ name, key, type, lives, 'on a preview': preview }) => ({
      name,
      pattern: codeOf(key),
      type,
      lives: { production: lives, preview },
    })),
);
const ExceptionsSchema = z.array(
  z
    .object({ in: z.string(), field: z.string(), 'may be': z.enum(['null', 'absent']) })
    .transform(({ in: names, field, 'may be': mayBe }) => ({
      in: names.split(', '),
      fields: codeSpans(field).flatMap(expandBraces),
      mayBe,
    })),
);
const PartsSchema = z.array(z.object({ part: z.string(), 'stands for': z.string() }));
const NamespacesSchema = z.array(z.object({ deployment: z.string(), '`{ns}`': z.string() }));

/** @throws when the page lacks one of its tables, or a table one of its columns */
export async function readPage(): Promise<Page> {
  const markdown = await readFile(new URL('../../docs/storage.md', import.meta.url), 'utf8');
  const tables = tablesOf(markdown);
  const tableWith = (column: string) => tables.find(([row]) => row !== undefined && column in row);
  const parts = new Map(
    PartsSchema.parse(tableWith('part')).map((row) => [codeOf(row.part), codeSpans(row['stands for'])]),
  );
  const namespaces = new Map(
    NamespacesSchema.parse(tableWith('deployment')).map((row) => [row.deployment, row['`{ns}`']]),
  );
  const regions = parts.get('{region}') ?? [];

  function expressionOf(part: string): string {
    if (part === '{region}') return `(?:${regions.join('|')})`;
    const [expression] = parts.get(part) ?? [];
    return expression?.replace(/^\^|\$$/g, '') ?? part.replaceAll('.', '\\.');
  }

  return {
    keys: KeysSchema.parse(tableWith('key')),
    examples: fencesOf(markdown, 'redis').flatMap(examplesOf),
    exceptions: ExceptionsSchema.parse(tableWith('may be')),
    regions,
    matcher(pattern, namespace) {
      const parted = pattern.replace('{ns}', namespace).split(/(\{\w+\})/);
      return new RegExp(`^${parted.map(expressionOf).join('')}$`);
    },
    namespace(deployment, commit) {
      const [template = ''] = codeSpans(namespaces.get(deployment) ?? '');
      return template.replace(/<first (\d+) of \w+>/, (_, digits) => commit.slice(0, Number(digits)));
    },
  };
}

/** A session: commands behind a prompt, each followed by its reply. */
function examplesOf(session: string): Example[] {
  return session.split(/^> /m).flatMap((entry) => {
    const [command = '', ...reply] = entry.trimEnd().split('\n');
    return command === '' ? [] : [{ command, reply }];
  });
}

function codeOf(cell: string): string {
  return z.tuple([z.string()]).parse(codeSpans(cell))[0];
}

/** `a.{b,c}` is `a.b` and `a.c`. */
function expandBraces(path: string): string[] {
  const [, before = '', names, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? [];
  return names === undefined ? [path] : names.split(',').map((name) => before + name + after);
}
