import { parsed, refused, type Parsed } from './parsed.ts';

/** Unit: bytes. Both spellings mean multiples of 1024, as memory is counted. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  KiB: 1024,
  MB: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1024 ** 3,
  GiB: 1024 ** 3,
};

/** The form of a size, as a regular expression. */
export const SIZE_PATTERN = '[0-9]+(?:B|KB|KiB|MB|MiB|GB|GiB)';

/** Bytes of a text such as `128MB`; more than nothing. */
export function parseSize(text: string): Parsed<number> {
  const [, digits, unit] = /^([0-9]+)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(UNITS, unit ?? '') ? UNITS[unit ?? ''] : undefined;
  const bytes = Number(digits) * (factor ?? Number.NaN);
  if (Number.isNaN(bytes)) {
    return refused((it) => `${it} is not a size`, {
      next: 'Write a whole number and its unit (B, KB, MB or GB), as in 128MB.',
    });
  }
  if (bytes === 0) return refused((it) => `${it} is no room at all`);
  if (!Number.isSafeInteger(bytes)) return refused((it) => `${it} is too large`);
  return parsed(bytes);
}

const MEGABYTE = 1024 ** 2;

/** A parser of sizes in whole megabytes between two limits. */
export function megabytes(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const size = parseSize(text);
    if (!size.ok) return size;
    const count = size.value / MEGABYTE;
    if (Number.isInteger(count) && count >= least && count <= most) return parsed(count);
    return refused((it) => `${it} is not between ${least}MB and ${most}MB in whole megabytes`, {
      next: `Write ${least}MB to ${most}MB.`,
    });
  };
}
