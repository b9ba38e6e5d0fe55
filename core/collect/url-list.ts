/** One line of the list a host works from: what it is for, and where to send or get it. */
export interface UrlLine {
  readonly name: 'tool' | 'sha256' | 'lime' | 'streams' | 'part' | 'object' | 'result';
  readonly value: string;
}

/** `name<TAB>value` per line: readable by any shell without a JSON parser. */
export function renderUrlList(lines: readonly UrlLine[]): string {
  return lines.map(({ name, value }) => `${name}\t${value}\n`).join('');
}
