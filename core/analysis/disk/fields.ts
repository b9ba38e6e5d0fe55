const WHOLE_NUMBER = /^-?\d{1,20}$/;

/** A decimal integer, or undefined. Above 2^53 it loses its last digits; such a time is nonsense, yet must not be lost. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && WHOLE_NUMBER.test(text) ? Number(text) : undefined;
}

/** All of them, or undefined when any is not a decimal integer. */
export function wholeNumbers(texts: readonly string[]): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const text of texts) {
    const number = wholeNumber(text);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers;
}

/** The inode of a metadata address: `5502` of `5502`, and of NTFS's `5502-128-1`. */
export function inodeOf(meta: string): number | undefined {
  return /^\d{1,20}(-\d+){0,2}$/.test(meta) ? Number(meta.split('-', 1)[0]) : undefined;
}

/** The start of a line, for a problem's words: a broken file must not fill the report. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
