/** What became of one Volatility plugin. Only `ok` and `empty` say anything about the machine. */
export type PluginOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'no-symbols'; readonly why: string }
  | { readonly kind: 'crashed'; readonly why: string; readonly rows: number }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unknown-plugin'; readonly why: string };

export interface PluginOutput {
  readonly rows: number;
  /** What stood on stdout outside of rows. */
  readonly outside: string;
  readonly truncated: boolean;
  readonly stderr: string;
}

/**
 * Reads the outcome from the output. Volatility prints its banner on stderr always, so stderr alone says nothing;
 * missing symbols, a cut image and something that is no memory image look the same ("Unsatisfied requirement" on stdout).
 */
export function outcomeOf(output: PluginOutput): PluginOutcome {
  if (/Unsatisfied requirement/i.test(output.outside)) return { kind: 'no-symbols', why: NO_SYMBOLS };
  if (output.truncated) return { kind: 'crashed', why: crashReason(output), rows: output.rows };
  if (output.rows > 0) return { kind: 'ok' };
  if (/^\s*\[\s*\]\s*$/.test(output.outside)) return { kind: 'empty' };
  if (/usage:|invalid choice|unrecognized/i.test(output.stderr)) {
    return {
      kind: 'unknown-plugin',
      why: 'this Volatility release does not have the plugin, or the image was not found',
    };
  }
  if (/Unable to validate the plugin requirements/i.test(output.stderr)) return { kind: 'no-symbols', why: NO_SYMBOLS };
  return { kind: 'crashed', why: crashReason(output), rows: output.rows };
}

const NO_SYMBOLS = 'Volatility found no symbols for this kernel, or the image is cut or is no memory image';

function crashReason({ rows, stderr, outside }: PluginOutput): string {
  const error = /^(?:\w+\.)*\w*(?:Error|Exception)\b.*$/m.exec(stderr)?.[0];
  const read = rows === 0 ? 'nothing could be read' : `${rows} rows were read before the end`;
  if (error !== undefined) return `the plugin stopped (${error.slice(0, 160)}); ${read}`;
  return outside.trim() === '' && rows === 0 ? 'the plugin printed nothing' : `the plugin stopped early; ${read}`;
}
