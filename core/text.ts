/** Printable ASCII, Latin letters and the usual punctuation: assigned characters, none of them invisible. */
const HARMLESS = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e]*$/;

/**
 * Text that came from outside (finding fields, tags, process names, tool output) on its way to a person.
 * Control characters, bidirectional overrides, zero-width characters and lone surrogates are dropped;
 * line breaks and tabs become spaces.
 */
export function plainText(text: string): string {
  // Compiling the classes below takes 3 ms, a tenth of the edge's start: most text needs none of them.
  if (HARMLESS.test(text)) return text.trim();
  return text
    .replace(/[\t\n\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .trim();
}

/**
 * The same, safe inside Slack's mrkdwn: `&`, `<` and `>` become entities (in that order), so no mention, channel or
 * link can be made (https://docs.slack.dev/messaging/formatting-message-text#escaping).
 */
export function slackEscape(text: string): string {
  return plainText(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** At most `max` UTF-16 units, cut between characters, with an ellipsis when something is left out. */
export function clampText(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, Math.max(0, max - 1));
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** `1 volume`, `3 volumes`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `512 B`, `12.0 MiB`: powers of 1024. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}
