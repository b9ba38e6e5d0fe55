import { isObject, type Json, type JsonObject, ownProperty } from './json';
import { parsePath } from './path-parse';
import { isReference, type Path } from './path-types';
import { DefinitionError } from './states-error';
import { escapePointer } from './template';

/** Fields that only the JSONata query language or workflow variables have: named, so that the refusal says why. */
const JSONATA_FIELDS = ['Assign', 'Output', 'Arguments', 'Items', 'Condition'];

/**
 * Reads the fields of one object of a definition. Every read marks its field as known; `close` refuses what was never asked for, so a
 * field the interpreter does not understand can never be silently ignored.
 */
export class Fields {
  readonly #known = new Set<string>();
  readonly #object: JsonObject;

  constructor(
    value: Json | undefined,
    readonly pointer: string,
  ) {
    if (!isObject(value)) throw new DefinitionError(pointer, 'expected an object');
    this.#object = value;
  }

  at(name: string): string {
    return `${this.pointer}/${escapePointer(name)}`;
  }

  fail(name: string, problem: string): DefinitionError {
    return new DefinitionError(this.at(name), problem);
  }

  get names(): string[] {
    return Object.keys(this.#object);
  }

  raw(name: string): Json | undefined {
    this.#known.add(name);
    return ownProperty(this.#object, name);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  required(name: string): Json {
    const value = this.raw(name);
    if (value === undefined) throw new DefinitionError(this.pointer, `the field '${name}' is missing`);
    return value;
  }

  text(name: string): string {
    const value = this.required(name);
    if (typeof value !== 'string' || value === '') throw this.fail(name, 'expected a text');
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'string') throw this.fail(name, 'expected a text');
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'boolean') throw this.fail(name, 'expected true or false');
    return value;
  }

  optionalNumber(name: string, accept: { from: number; to: number; whole: boolean }): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const { from, to, whole } = accept;
    if (typeof value !== 'number' || value < from || value > to || (whole && !Number.isInteger(value))) {
      throw this.fail(name, `expected ${whole ? 'an integer' : 'a number'} from ${from} to ${to}`);
    }
    return value;
  }

  list(name: string): Json[] {
    const value = this.required(name);
    if (!Array.isArray(value) || value.length === 0) throw this.fail(name, 'expected a list with at least one entry');
    return value;
  }

  path(name: string, value: Json = this.required(name), only: 'any' | 'reference' = 'any'): Path {
    if (typeof value !== 'string') throw this.fail(name, 'expected a path');
    let path: Path;
    try {
      path = parsePath(value);
    } catch (error) {
      throw this.fail(name, error instanceof Error ? error.message : 'not a path');
    }
    if (only === 'reference' && !isReference(path)) throw this.fail(name, `'${value}' is not a reference path`);
    return path;
  }

  /** A path with a default of `$`; a written null stays null. */
  pathOrNull(name: string, only: 'any' | 'reference' = 'any'): Path | null {
    const value = this.raw(name);
    return value === null ? null : this.path(name, value ?? '$', only);
  }

  /** Of several spellings of one field, at most one. */
  exclusive(...names: string[]): void {
    const given = names.filter((name) => this.has(name));
    if (given.length > 1) throw this.fail(given[1] ?? '', `cannot be used together with ${given[0]}`);
  }

  /** Refuses every field that was never asked for. */
  close(): void {
    this.optionalText('Comment');
    for (const name of this.names) {
      if (this.#known.has(name)) continue;
      if (JSONATA_FIELDS.includes(name)) throw this.fail(name, 'JSONata and workflow variables are not supported');
      throw this.fail(name, 'unknown field');
    }
  }
}
