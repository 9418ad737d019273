/**
 * Deals items into lanes, one after the other, like cards: with as many lanes as items each has its own.
 *
 * @param most the most lanes, at least 1
 * @returns as many lanes as needed, none of them empty
 */
export function dealLanes<T>(items: readonly T[], most: number): T[][] {
  const lanes: T[][] = Array.from({ length: Math.min(most, items.length) }, () => []);
  items.forEach((item, i) => {
    lanes[i % lanes.length]?.push(item);
  });
  return lanes;
}

/**
 * Cuts a lane into batches that each fit one request.
 *
 * @param sizeOf bytes that an item takes in a request body
 * @param mostBytes limit of one request; an item above it gets a batch of its own
 */
export function cutBatches<T>(items: readonly T[], sizeOf: (item: T) => number, mostBytes: number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (batches.length === 0 || size > room) {
      batches.push([]);
      room = mostBytes;
    }
    batches.at(-1)?.push(item);
    room -= size;
  }
  return batches;
}
