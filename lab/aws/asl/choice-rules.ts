import { isObject, type Json } from './json';
import { type Roots, select } from './path';
import type { Path } from './path-types';
import { runtimeError } from './states-error';
import { parseTimestamp } from './timestamp';

/** A top-level rule of a Choice: a condition and where it leads. */
export interface Choice {
  condition: Condition;
  next: string;
}
export type Condition =
  | { kind: 'and' | 'or'; conditions: readonly Condition[] }
  | { kind: 'not'; condition: Condition }
  | { kind: 'is'; test: IsTest; variable: Path; expected: boolean }
  | { kind: 'compare'; family: Family; relation: Relation; variable: Path; operand: Operand };

export const IS_TESTS = ['IsPresent', 'IsNull', 'IsString', 'IsNumeric', 'IsBoolean', 'IsTimestamp'] as const;
export type IsTest = (typeof IS_TESTS)[number];
export const FAMILIES = ['String', 'Numeric', 'Boolean', 'Timestamp'] as const;
export type Family = (typeof FAMILIES)[number];
export const RELATIONS = [
  'Equals',
  'LessThan',
  'LessThanEquals',
  'GreaterThan',
  'GreaterThanEquals',
  'Matches',
] as const;
export type Relation = (typeof RELATIONS)[number];
export type Operand = { kind: 'value'; value: Json } | { kind: 'path'; path: Path };

/** Where a Choice leads; undefined when no rule holds. */
export function firstMatch(choices: readonly Choice[], roots: Roots): string | undefined {
  return choices.find((choice) => holds(choice.condition, roots))?.next;
}

function holds(condition: Condition, roots: Roots): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((inner) => holds(inner, roots));
    case 'or':
      return condition.conditions.some((inner) => holds(inner, roots));
    case 'not':
      return !holds(condition.condition, roots);
    case 'is':
      return is(condition.test, condition.variable, roots) === condition.expected;
    case 'compare':
      return compare(condition, roots);
  }
}

function is(test: IsTest, variable: Path, roots: Roots): boolean {
  if (test === 'IsPresent') return select(variable, roots) !== undefined;
  const value = required(variable, roots);
  switch (test) {
    case 'IsNull':
      return value === null;
    case 'IsString':
      return typeof value === 'string';
    case 'IsNumeric':
      return typeof value === 'number';
    case 'IsBoolean':
      return typeof value === 'boolean';
    case 'IsTimestamp':
      return typeof value === 'string' && parseTimestamp(value) !== undefined;
  }
}

/** Every test but IsPresent needs its Variable to exist. */
function required(path: Path, roots: Roots): Json {
  const value = select(path, roots);
  if (value !== undefined) return value;
  throw runtimeError(`Invalid path '${path.text}': The choice state's condition path references an invalid value.`);
}

function compare(condition: Extract<Condition, { kind: 'compare' }>, roots: Roots): boolean {
  const { family, relation, operand } = condition;
  const left = required(condition.variable, roots);
  const right = operand.kind === 'value' ? operand.value : required(operand.path, roots);
  if (isObject(left) || isObject(right)) return false;
  if (relation === 'Matches')
    return typeof left === 'string' && typeof right === 'string' && stringMatches(right, left);
  const [a, b] = [comparable(family, left), comparable(family, right)];
  return a !== undefined && b !== undefined && related(relation, a, b);
}

type Ordered = string | number | bigint;

/** A value as its family compares it; undefined when it is of another type, which makes every comparison false. */
function comparable(family: Family, value: Json): Ordered | undefined {
  switch (family) {
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Numeric':
      return typeof value === 'number' ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? Number(value) : undefined;
    case 'Timestamp':
      return typeof value === 'string' ? parseTimestamp(value) : undefined;
  }
}

function related(relation: Exclude<Relation, 'Matches'>, a: Ordered, b: Ordered): boolean {
  switch (relation) {
    case 'Equals':
      return a === b;
    case 'LessThan':
      return a < b;
    case 'LessThanEquals':
      return a <= b;
    case 'GreaterThan':
      return a > b;
    case 'GreaterThanEquals':
      return a >= b;
  }
}

/** `*` stands for any run of characters; `\*` and `\\` for themselves. Greedy with one point of return: never exponential. */
export function stringMatches(pattern: string, text: string): boolean {
  const tokens = patternTokens(pattern);
  let [t, p, star, retryFrom] = [0, 0, -1, 0];
  while (t < text.length) {
    const token = tokens[p];
    if (token === 'any') {
      star = p++;
      retryFrom = t;
    } else if (token !== undefined && token.char === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retryFrom;
    } else {
      return false;
    }
  }
  return tokens.slice(p).every((token) => token === 'any');
}

function patternTokens(pattern: string): ('any' | { char: string })[] {
  const tokens: ('any' | { char: string })[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    const escaped = char === '\\' && i + 1 < pattern.length;
    if (escaped) i += 1;
    tokens.push(char === '*' ? 'any' : { char: pattern[i] ?? '' });
  }
  return tokens;
}
