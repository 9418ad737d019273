/**
 * What a JSON text takes as a string inside another, in bytes, without writing it out. Quotes and backslashes are all
 * that is escaped there: whatever else would be, JSON.stringify has escaped in the text already.
 *
 * @param json what JSON.stringify answered
 */
export function jsonStringBytes(json: string): number {
  let escapes = 0;
  for (let i = 0; i < json.length; i += 1) {
    const unit = json.charCodeAt(i);
    if (unit === QUOTE || unit === BACKSLASH) escapes += 1;
  }
  return Buffer.byteLength(json) + escapes + 2;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
