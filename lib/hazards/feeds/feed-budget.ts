/** What one feed may send in one run. */
export interface FeedLimits {
  /** Decompressed, over all answers. */
  readonly bytes: number;
  /** Over all answers; keys do not count. GDACS has about 60 a row and 1,000 rows at most, USGS 35 a row. */
  readonly values: number;
  /** Of one answer. GDACS sends 100 a page, USGS a few hundred in a bad week. */
  readonly rows: number;
  /** Levels. A row of GDACS has 6. */
  readonly nesting: number;
}

const FEED_LIMITS: FeedLimits = { bytes: 8 * 1024 * 1024, values: 300_000, rows: 2_000, nesting: 16 };

/** Watches a body go by; throws a RangeError as soon as a limit is passed. */
export type BodyCheck = (chunk: Uint8Array) => void;

/**
 * Counts what a feed sends before any of it is parsed: 8 KB of gzip can be 8 MB of rows, and 8 MB of text can be
 * a million objects.
 */
export interface FeedBudget {
  /**
   * @param format JSON is also checked for nesting and for rows
   * @returns a check for one body; what it counts is taken from the budget of all
   */
  check(format: 'json' | 'xml'): BodyCheck;
}

/** A budget for one feed in one run. */
export function createFeedBudget(limits: FeedLimits = FEED_LIMITS): FeedBudget {
  let bytesLeft = limits.bytes;
  let valuesLeft = limits.values;
  const takeValues = (values: number) => {
    valuesLeft -= values;
    if (valuesLeft < 0) throw new RangeError(`the feed has more than ${limits.values} values`);
  };
  return {
    check(format) {
      const look = format === 'json' ? lookAtJson(limits, takeValues) : lookAtXml(takeValues);
      return (chunk) => {
        bytesLeft -= chunk.byteLength;
        if (bytesLeft < 0) throw new RangeError(`the feed is larger than ${limits.bytes} bytes`);
        look(chunk);
      };
    },
  };
}

/** Only ASCII matters, and no byte of a longer UTF-8 character looks like it: chunks may end anywhere. */
const CODE = {
  quote: 0x22,
  comma: 0x2c,
  backslash: 0x5c,
  openArray: 0x5b,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
  lessThan: 0x3c,
  equals: 0x3d,
};

/** The rows are the elements of an array inside the root object: the second level. */
const ROW_LEVEL = 2;

function lookAtJson(limits: FeedLimits, takeValues: (values: number) => void): BodyCheck {
  let inString = false;
  let escaped = false;
  let level = 0;
  let rows = 0;
  return (chunk) => {
    let values = 0;
    for (const byte of chunk) {
      if (escaped) escaped = false;
      else if (inString) {
        if (byte === CODE.backslash) escaped = true;
        else if (byte === CODE.quote) inString = false;
      } else if (byte === CODE.quote) inString = true;
      else if (byte === CODE.openArray || byte === CODE.openObject) {
        values += 1;
        level += 1;
        if (level > limits.nesting) {
          throw new RangeError(`the answer is nested more than ${limits.nesting} levels deep`);
        }
      } else if (byte === CODE.closeArray || byte === CODE.closeObject) level -= 1;
      else if (byte === CODE.comma) {
        values += 1;
        if (level === ROW_LEVEL) rows += 1;
      }
    }
    takeValues(values);
    if (rows >= limits.rows) throw new RangeError(`the answer has more than ${limits.rows} rows`);
  };
}

/** Tags and attributes, roughly: whatever the parser turns into an object or a field. */
function lookAtXml(takeValues: (values: number) => void): BodyCheck {
  return (chunk) => {
    let values = 0;
    for (const byte of chunk) if (byte === CODE.lessThan || byte === CODE.equals) values += 1;
    takeValues(values);
  };
}
