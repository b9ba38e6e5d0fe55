/** A JSON value as it travels between states. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, or undefined; `__proto__` and friends are never read from the prototype. */
export function ownProperty(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets an own property even when its name is `__proto__`, which plain assignment would lose. */
export function setOwn(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Parses JSON text; throws SyntaxError on anything else. */
export function parseJson(text: string): Json {
  const parsed: Json = JSON.parse(text);
  return parsed;
}

/** Deeper nesting is refused, so that no recursive walk (JSON.stringify included) can exhaust the stack. */
const MAX_NESTING = 1000;

/** Parses JSON text that came from data; throws SyntaxError on anything else and on nesting past 1000 levels. */
export function parseUntrusted(text: string): Json {
  let depth = 0;
  for (const char of text) {
    if (char === '[' || char === '{') depth += 1;
    // Brackets inside strings are counted too: they can only make the check stricter.
    if (depth > MAX_NESTING) throw new SyntaxError(`nested deeper than ${MAX_NESTING} levels`);
    if ((char === ']' || char === '}') && depth > 0) depth -= 1;
  }
  return parseJson(text);
}

/** A deep copy that holds JSON only: undefined, functions and dates become what JSON makes of them. */
export function toJson(value: unknown): Json {
  return value === undefined ? null : parseJson(JSON.stringify(value));
}

/** Deep equality; object keys in any order. */
export function jsonEquals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => jsonEquals(item, b[i] ?? null));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const left = ownProperty(a, key);
    const right = ownProperty(b, key);
    return left !== undefined && right !== undefined && jsonEquals(left, right);
  });
}

/** Size of the JSON text in UTF-8 bytes: what Step Functions counts against its 256 KiB limit. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
