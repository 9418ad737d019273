import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { landMaskFile } from '../../../local/map/land-mask.js';

it('the mask of land is what npm run land writes', () => {
  const file = new URL('../../../lib/hazards/regions/land-mask.ts', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(landMaskFile());
});
