/** One word of a typed command: what it says, and whether it stood in quotes. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/**
 * Undoes what phones and Slack do to typed text: curly quotes, `—` for `--`, no-break spaces; `<url|label>` and
 * `<mailto:…>` become what was typed, `<@U1|name>` becomes `@U1`, entities become characters.
 */
export function asTyped(text: string): string {
  return text
    .replace(/[“”„‟«»]/g, '"')
    .replace(/[‘’‚‛]/g, "'")
    .replace(/(^|\s)[—–](?=[A-Za-z])/g, '$1--')
    .replace(/[\u00a0\u2000-\u200b\u202f\u3000]/g, ' ')
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<#([A-Z0-9]+)(?:\|[^>]*)?>/g, '#$1')
    .replace(/<(?:mailto:)?([^<>|]+)(?:\|[^<>]*)?>/g, '$1')
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Splits at blanks; quotes keep words together; an unclosed quote runs to the end, as people mean it. */
export function splitWords(text: string): readonly Word[] {
  const words: Word[] = [];
  const pattern = /"([^"]*)(?:"|$)|(?:^|(?<=\s))'([^']*)'(?=\s|$)|([^\s"]+)/g;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[3] === undefined;
    const word = match[1] ?? match[2] ?? match[3] ?? '';
    words.push({ text: quoted ? word.trim() : word, quoted });
  }
  return words;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost one each. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const cheapest = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(cheapest, (before[j - 2] ?? 0) + 1) : cheapest);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The nearest of `known` within two edits (one for short words), or undefined: only ever suggested, never used. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const reach = typed.length <= 4 ? 1 : 2;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of known) {
    if (Math.abs(word.length - typed.length) > reach) continue;
    const distance = editDistance(typed, word);
    if (distance <= reach && (best === undefined || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}
