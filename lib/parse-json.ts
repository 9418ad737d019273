/** JSON.parse for text from outside: `undefined`, which no JSON gives, instead of an exception. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
