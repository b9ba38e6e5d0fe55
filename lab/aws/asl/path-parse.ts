import { Cursor, quotedString } from './cursor';
import { parseFilter } from './path-filter';
import type { Path, Step } from './path-types';

/** A name after a dot. As in `$.foo\@bar`, a backslash takes the next character as it is; `&&` belongs to a filter. */
const NAME = /(?:\\[\s\S]|&(?!&)|[^\s.[\](),'"?@*=!<>&|~{}$\\])+/y;

/** Parses a whole text as a path; SyntaxError says what is wrong and where. */
export function parsePath(text: string): Path {
  const cursor = new Cursor(text);
  const path = scanPath(cursor);
  if (!cursor.done) throw cursor.error('a path ends before the end of the text');
  return path;
}

/** Reads a path from the cursor and stops at the first character that cannot belong to it. */
export function scanPath(cursor: Cursor): Path {
  const start = cursor.at;
  cursor.expect('$');
  const root = cursor.take('$') ? 'context' : 'data';
  const next = cursor.peek();
  if (/[A-Za-z_]/.test(next)) {
    throw cursor.error('a workflow variable ($name) is not supported, and a path continues with . or [');
  }
  const steps = scanSteps(cursor);
  return { text: cursor.text.slice(start, cursor.at), root, steps };
}

/** The steps after `$`, `$$` or `@`. */
function scanSteps(cursor: Cursor): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (cursor.take('..')) {
      steps.push({ kind: 'descend' });
      steps.push(cursor.peek() === '[' ? bracket(cursor) : dotted(cursor));
    } else if (cursor.take('.')) {
      steps.push(dotted(cursor));
    } else if (cursor.peek() === '[') {
      steps.push(bracket(cursor));
    } else {
      return steps;
    }
  }
}

function dotted(cursor: Cursor): Step {
  if (cursor.take('*')) return { kind: 'wildcard' };
  const name = cursor.match(NAME);
  if (name === undefined) throw cursor.error('expected a field name');
  if (!cursor.take('()')) return { kind: 'names', names: [name.replace(/\\([\s\S])/g, '$1')] };
  if (name === 'length') return { kind: 'length' };
  throw cursor.error(`the path function ${name}() is not supported`);
}

function bracket(cursor: Cursor): Step {
  cursor.expect('[');
  cursor.spaces();
  const step = bracketBody(cursor);
  cursor.spaces();
  cursor.expect(']');
  return step;
}

function bracketBody(cursor: Cursor): Step {
  if (cursor.take('*')) return { kind: 'wildcard' };
  if (cursor.take('?')) {
    cursor.spaces();
    cursor.expect('(');
    const filter = parseFilter({ cursor, scanSteps });
    cursor.expect(')');
    return { kind: 'filter', filter };
  }
  if (cursor.peek() === "'" || cursor.peek() === '"') {
    return { kind: 'names', names: commaList(cursor, () => quotedString(cursor)) };
  }
  return indicesOrSlice(cursor);
}

function indicesOrSlice(cursor: Cursor): Step {
  const first = integer(cursor);
  cursor.spaces();
  if (cursor.take(':')) {
    cursor.spaces();
    const to = integer(cursor);
    if (first === undefined && to === undefined) throw cursor.error('a slice needs a start or an end');
    if (cursor.peek() === ':') throw cursor.error('a slice with a step is not supported');
    return { kind: 'slice', from: first, to };
  }
  if (first === undefined) throw cursor.error('expected a quoted name, an index, a slice, * or a filter');
  const indices = [first];
  while (cursor.take(',')) indices.push(required(cursor, integerAfterSpaces(cursor)));
  return { kind: 'indices', indices };
}

function integerAfterSpaces(cursor: Cursor): number | undefined {
  cursor.spaces();
  const value = integer(cursor);
  cursor.spaces();
  return value;
}

function integer(cursor: Cursor): number | undefined {
  const digits = cursor.match(/-?\d{1,9}/y);
  return digits === undefined ? undefined : Number(digits);
}

function required<T>(cursor: Cursor, value: T | undefined): T {
  if (value === undefined) throw cursor.error('expected a number');
  return value;
}

function commaList<T>(cursor: Cursor, item: () => T): T[] {
  const items = [item()];
  for (;;) {
    cursor.spaces();
    if (!cursor.take(',')) return items;
    cursor.spaces();
    items.push(item());
  }
}
