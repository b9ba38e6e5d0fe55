import { closeSync, openSync, writeSync } from 'node:fs';

/** 2026-05-16 and the two years before it: install, daily life and an incident lie in such a span. */
const NEWEST = 1_778_897_700;
const SPAN = 2 * 365 * 86_400;

/** A small deterministic generator (mulberry32): the same seed is the same file on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Line `index` of a generated bodyfile: three distinct times, so a line makes three timeline rows, as a real one does. */
export function generatedLine(index: number, random: () => number): string {
  const born = NEWEST - Math.floor(random() * SPAN);
  // Packages carry an older mtime; ctime is that of the install; files are read later.
  const modified = born - 1 - Math.floor(random() * 40_000_000);
  const accessed = born + 1 + Math.floor(random() * 80_000);
  const folder = Math.floor(random() * 4000);
  const name = `/usr/share/generated/${folder.toString(36)}/package-${index % 977}/file-${index}.dat`;
  const size = Math.floor(random() * 100_000);
  return `0|${name}|${index + 12}|r/rrw-r--r--|${index % 7 === 0 ? 33 : 0}|0|${size}|${accessed}|${modified}|${born}|${born}`;
}

/** Writes `lines` lines to `path`; returns the bytes written. */
export function writeGeneratedBodyfile(path: string, lines: number, seed = 1): number {
  const file = openSync(path, 'w');
  const random = randomFrom(seed);
  let bytes = 0;
  try {
    for (let start = 0; start < lines; start += 10_000) {
      let text = '';
      for (let index = start; index < Math.min(lines, start + 10_000); index += 1) {
        text += `${generatedLine(index, random)}\n`;
      }
      bytes += writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}
