import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createGeography } from '../../../lib/hazards/regions/points.js';

const MODULE = '@rapideditor/country-coder';

/** Replaces the borders, and counts how often they are imported. */
function mockBorders(load: () => object = () => ({ iso1A2Code: () => 'JP' })) {
  const factory = vi.fn(load);
  vi.doMock(MODULE, factory);
  return factory;
}

describe('createGeography', () => {
  beforeEach(() => {
    vi.doUnmock(MODULE);
    vi.resetModules();
  });

  it('leaves the borders alone until it is asked for them', async () => {
    const imports = mockBorders();
    const geography = createGeography();
    await vi.dynamicImportSettled();
    expect(imports).toHaveBeenCalledTimes(0);
    await geography.load();
    expect(imports).toHaveBeenCalledTimes(1);
  });

  it('loads once for all that ask', async () => {
    mockBorders();
    const geography = createGeography();
    const [first, second] = await Promise.all([geography.load(), geography.load()]);
    expect(second).toBe(first);
    expect(first(139.7, 35.7)).toBe('east-asia');
  });

  it('tries again after a failure', async () => {
    const geography = createGeography();
    mockBorders(() => {
      throw new Error('broken');
    });
    await expect(geography.load()).rejects.toThrow();
    mockBorders();
    const regionOfPoint = await geography.load();
    expect(regionOfPoint(139.7, 35.7)).toBe('east-asia');
  });
});
