import { describe, expect, it, vi } from 'vitest';
import { createGeography } from '../../../lib/hazards/regions/points.js';

const borders = { iso1A2Code: () => 'JP' };

describe('createGeography', () => {
  it('does not load the borders until they are needed', async () => {
    const importCoder = vi.fn(async () => borders);
    const geography = createGeography(importCoder);
    expect(importCoder).toHaveBeenCalledTimes(0);
    await geography.load();
    expect(importCoder).toHaveBeenCalledTimes(1);
  });

  it('loads once for all that ask', async () => {
    const importCoder = vi.fn(async () => borders);
    const geography = createGeography(importCoder);
    const [first, second] = await Promise.all([geography.load(), geography.load()]);
    expect(second).toBe(first);
    expect(importCoder).toHaveBeenCalledTimes(1);
    expect(first(139.7, 35.7)).toBe('east-asia');
  });

  it('tries again after a failure', async () => {
    const importCoder = vi.fn(async () => borders);
    importCoder.mockRejectedValueOnce(new Error('broken'));
    const geography = createGeography(importCoder);
    await expect(geography.load()).rejects.toThrow('broken');
    const regionOfPoint = await geography.load();
    expect(regionOfPoint(139.7, 35.7)).toBe('east-asia');
  });
});
