/** A Block Kit object as it came over the wire: looked at, never trusted. */
export type Bag = Readonly<Record<string, unknown>>;

export function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

export function list(value: unknown): readonly Bag[] {
  return Array.isArray(value) ? value.map(bag) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The words of a Block Kit text object, or of a plain string. */
export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : text(bag(value).text);
}

/** What a click on an element with this action id becomes. */
export type OnAction = (action: string) => void;
