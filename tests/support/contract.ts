import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { Reply } from './serve-handler.js';

/** A call by its place in the OpenAPI document: `get /api/regions/{id}`. */
export type Operation = `${'get' | 'post' | 'delete'} /api/${string}`;

const ResponseSchema = z.object({ content: z.record(z.string(), z.unknown()).optional() });
const DocumentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), ResponseSchema])),
      }),
    ),
  ),
  components: z.looseObject({ responses: z.record(z.string(), ResponseSchema) }),
});

/** Holds answers against an OpenAPI document. */
export function createContract(openApi: unknown) {
  const document = DocumentSchema.parse(openApi);
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  // ajv-formats is CommonJS: its default export is the module to TypeScript.
  addFormats.default(ajv);
  ajv.addVocabulary(Object.keys(document)).addSchema(document, 'document');

  function locate(operation: Operation, status: number) {
    const [method = '', path = ''] = operation.split(' ');
    const response = document.paths[path]?.[method]?.responses[status];
    if (response === undefined) throw new Error(`${operation} documents no ${status}`);
    if (!('$ref' in response)) return { at: ['paths', path, method, 'responses', `${status}`], response };
    const name = response.$ref.split('/').at(-1) ?? '';
    return { at: ['components', 'responses', name], response: document.components.responses[name] };
  }

  return {
    operations: Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    ),
    /** @throws when the document does not allow this answer to this operation */
    check(operation: Operation, { status, headers, text }: Reply): void {
      const { at, response } = locate(operation, status);
      if (response?.content === undefined) return void z.literal('').parse(text);
      const type = String(headers['content-type']).split(';')[0] ?? '';
      if (!(type in response.content)) throw new Error(`${operation} documents no ${type} for ${status}`);
      const pointer = [...at, 'content', type, 'schema'].map(escapePointer).join('/');
      const validate = ajv.compile({ $ref: `document#/${pointer}` });
      if (!validate(JSON.parse(text))) {
        throw new Error(`${operation} ${status}: ${ajv.errorsText(validate.errors)}`);
      }
    },
  };
}

/** RFC 6901, and percent-encoding for a URI fragment. */
function escapePointer(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
}
