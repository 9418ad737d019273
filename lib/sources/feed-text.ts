const MAX_SUMMARY_LENGTH = 300;
const MAX_URL_LENGTH = 2_000;

/**
 * Text from a feed as one line: control characters, marks that reorder text and broken surrogates are removed, the
 * rest, markup too, stays as it is. What shows it escapes it.
 *
 * @returns at most 300 characters
 */
export function cleanText(text: string): string {
  const line = text
    .slice(0, MAX_SUMMARY_LENGTH * 4)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  const characters = [...line];
  if (characters.length <= MAX_SUMMARY_LENGTH) return line;
  return `${characters.slice(0, MAX_SUMMARY_LENGTH - 1).join('')}…`;
}

/**
 * A link from a feed, if it is one that may be shown.
 *
 * @returns null unless it is http or https, without credentials and of a sane length
 */
export function webUrl(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > MAX_URL_LENGTH || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // "https://www.gdacs.org@elsewhere.example" leads elsewhere.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}
