/** Somebody must mend cdk.json, or a value in it; the message is one sentence. */
export class BadCdkJson extends Error {}

/** What cdk.json says. @throws BadCdkJson where it is not JSON */
export function parseCdkJson(text: string): { readonly context?: Readonly<Record<string, unknown>> } {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadCdkJson(`cdk.json is not JSON (${why}): mend it, then run this again.`);
  }
}
