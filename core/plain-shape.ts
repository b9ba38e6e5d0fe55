/**
 * Outline checks for rows and secrets that only we write. Schemas are for borders; the edge reads these on its first
 * request, three seconds from a click, and zod would be a third of what it loads.
 */
export type Plain = Readonly<Record<string, unknown>>;

/** The value as an object; throws one sentence that names `what`, never the value. */
export function plainObject(value: unknown, what: string): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is not an object.`);
  return { ...value };
}

/** A member that must be a text. */
export function textIn(value: Plain, name: string, what: string): string {
  const found = value[name];
  if (typeof found !== 'string') throw new Error(`${what} has no text ${name}.`);
  return found;
}

/** The value as a list of texts. */
export function textList(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`${what} is not a list.`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw new Error(`${what} holds something that is not a text.`);
    return item;
  });
}
