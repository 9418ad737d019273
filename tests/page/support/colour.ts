export type Rgb = readonly [red: number, green: number, blue: number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** What each kind of missing cone makes of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
export const VISIONS: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** @param hex `#rrggbb` @returns linear light, 0 to 1 */
export function linearRgb(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

export function seenWith(matrix: Matrix, colour: Rgb): Rgb {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const [r, g, b] = apply(matrix, colour);
  return [clamp(r), clamp(g), clamp(b)];
}

/** Distance in OKLab (Ottosson 2020), where a just noticeable difference is about 0.02. */
export function distance(a: Rgb, b: Rgb): number {
  const [l, m] = [okLab(a), okLab(b)];
  return Math.hypot(l[0] - m[0], l[1] - m[1], l[2] - m[2]);
}

/** Contrast of WCAG 2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function okLab(colour: Rgb): Rgb {
  const [l, m, s] = apply(LMS, colour);
  return apply(LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function apply([x, y, z]: Matrix, [a, b, c]: Rgb): Rgb {
  const dot = (row: Rgb) => row[0] * a + row[1] * b + row[2] * c;
  return [dot(x), dot(y), dot(z)];
}

const LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
