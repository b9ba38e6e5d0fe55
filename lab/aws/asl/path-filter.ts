import { type Cursor, quotedString } from './cursor';
import { type Json, jsonEquals } from './json';
import { COMPARISONS, type Comparison, type Filter, type Operand, type Step, WORD_COMPARISONS } from './path-types';

const MAX_DEPTH = 50;

/** What the parser of a filter works on; the path parser lends itself, since filters hold paths and paths hold filters. */
interface Parsing {
  cursor: Cursor;
  scanSteps: (cursor: Cursor) => Step[];
}

/** Parses up to (not including) the closing parenthesis of a filter. */
export function parseFilter(parsing: Parsing, depth = 0): Filter {
  const { cursor } = parsing;
  return binary(cursor, 'or', () => binary(cursor, 'and', () => unary(parsing, depth)));
}

function binary(cursor: Cursor, kind: 'or' | 'and', operand: () => Filter): Filter {
  const token = kind === 'or' ? '||' : '&&';
  let left = operand();
  for (;;) {
    cursor.spaces();
    if (!cursor.take(token)) return left;
    left = { kind, left, right: operand() };
  }
}

function unary(parsing: Parsing, depth: number): Filter {
  const { cursor } = parsing;
  cursor.spaces();
  if (depth > MAX_DEPTH) throw cursor.error('a filter is nested too deeply');
  if (cursor.peek(2) !== '!=' && cursor.take('!')) return { kind: 'not', inner: unary(parsing, depth + 1) };
  if (cursor.take('(')) {
    const inner = parseFilter(parsing, depth + 1);
    cursor.expect(')');
    return inner;
  }
  const left = operand(parsing);
  cursor.spaces();
  const operator = COMPARISONS.find((token) => cursor.take(token)) ?? wordOperator(cursor);
  if (operator === undefined) {
    if (left.kind === 'value') throw cursor.error('a filter compares, or names a path with @ or $');
    return { kind: 'exists', operand: left };
  }
  cursor.spaces();
  return { kind: 'compare', operator, left, right: operand(parsing) };
}

function wordOperator(cursor: Cursor): Comparison | undefined {
  const word = cursor.match(/(?:nin|in|contains)(?=[\s@$'"[\d-])/y);
  return WORD_COMPARISONS.find((known) => known === word);
}

function operand({ cursor, scanSteps }: Parsing): Operand {
  if (cursor.take('@')) return { kind: 'path', from: 'item', steps: scanSteps(cursor) };
  if (cursor.take('$')) return { kind: 'path', from: 'root', steps: scanSteps(cursor) };
  return { kind: 'value', value: literal(cursor, 0) };
}

function literal(cursor: Cursor, depth: number): Json {
  if (depth > MAX_DEPTH) throw cursor.error('a filter is nested too deeply');
  const next = cursor.peek();
  if (next === "'" || next === '"') return quotedString(cursor);
  const word = cursor.match(/true|false|null/y);
  if (word !== undefined) return word === 'null' ? null : word === 'true';
  const number = cursor.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return Number(number);
  if (!cursor.take('[')) throw cursor.error('expected a value, @ or $ in a filter');
  const items: Json[] = [];
  cursor.spaces();
  while (!cursor.take(']')) {
    if (items.length > 0) cursor.expect(',');
    cursor.spaces();
    items.push(literal(cursor, depth + 1));
    cursor.spaces();
  }
  return items;
}

/** Finds what an operand's path selects from the item or the root; undefined when it selects nothing. */
export type Resolve = (operand: Extract<Operand, { kind: 'path' }>) => Json | undefined;

/** Whether an item passes; a comparison across types is false, as is one with a missing field (`!=` is then true). */
export function passes(filter: Filter, resolve: Resolve): boolean {
  switch (filter.kind) {
    case 'or':
      return passes(filter.left, resolve) || passes(filter.right, resolve);
    case 'and':
      return passes(filter.left, resolve) && passes(filter.right, resolve);
    case 'not':
      return !passes(filter.inner, resolve);
    case 'exists':
      return read(filter.operand, resolve) !== undefined;
    case 'compare':
      return compare(filter.operator, read(filter.left, resolve), read(filter.right, resolve));
  }
}

function read(operand: Operand, resolve: Resolve): Json | undefined {
  return operand.kind === 'value' ? operand.value : resolve(operand);
}

function compare(operator: Comparison, left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '!=' && left !== right;
  switch (operator) {
    case '==':
      return jsonEquals(left, right);
    case '!=':
      return !jsonEquals(left, right);
    case 'in':
      return Array.isArray(right) && right.some((item) => jsonEquals(item, left));
    case 'nin':
      return Array.isArray(right) && !right.some((item) => jsonEquals(item, left));
    case 'contains':
      if (Array.isArray(left)) return left.some((item) => jsonEquals(item, right));
      return typeof left === 'string' && typeof right === 'string' && left.includes(right);
    default:
      return ordered(operator, left, right);
  }
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: Json, right: Json): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
