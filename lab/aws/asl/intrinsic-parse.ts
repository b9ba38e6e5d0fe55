import { Cursor } from './cursor';
import type { Json } from './json';
import { scanPath } from './path-parse';
import type { Path } from './path-types';

/** An argument of an intrinsic call, or the call itself. */
export type Expression =
  | { kind: 'literal'; value: Json }
  /** `segments` is the text cut at each unescaped `{}`: what States.Format fills; `value` is the text with escapes resolved. */
  | { kind: 'text'; value: string; segments: readonly string[] }
  | { kind: 'path'; path: Path }
  | Call;
export interface Call {
  kind: 'call';
  name: string;
  args: readonly Expression[];
  text: string;
}

/** "You can nest up to 10 intrinsic functions within a field." */
const MAX_NESTING = 10;

/** Parses `States.Name(...)`; SyntaxError says what is wrong and where. Whether the function exists is checked by the caller. */
export function parseIntrinsic(text: string): Call {
  const cursor = new Cursor(text);
  const call = scanCall(cursor, 1);
  cursor.spaces();
  if (!cursor.done) throw cursor.error('text after the end of the function call');
  return call;
}

function scanCall(cursor: Cursor, depth: number): Call {
  if (depth > MAX_NESTING) throw cursor.error(`more than ${MAX_NESTING} nested intrinsic functions`);
  const start = cursor.at;
  const name = cursor.match(/States\.[A-Za-z0-9]+/y);
  if (name === undefined) throw cursor.error("expected a path ('$…') or an intrinsic function ('States.…')");
  cursor.spaces();
  cursor.expect('(');
  const args: Expression[] = [];
  cursor.spaces();
  while (!cursor.take(')')) {
    if (args.length > 0) {
      cursor.expect(',');
      cursor.spaces();
    }
    args.push(scanArgument(cursor, depth));
    cursor.spaces();
  }
  return { kind: 'call', name, args, text: cursor.text.slice(start, cursor.at) };
}

function scanArgument(cursor: Cursor, depth: number): Expression {
  const next = cursor.peek();
  if (next === "'") return scanText(cursor);
  if (next === '$') return { kind: 'path', path: scanPath(cursor) };
  if (next === 'S') return scanCall(cursor, depth + 1);
  const word = cursor.match(/(?:true|false|null)\b/y);
  if (word !== undefined) return { kind: 'literal', value: word === 'null' ? null : word === 'true' };
  const number = cursor.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  throw cursor.error("expected a path, 'text', a number, true, false, null or a nested function");
}

/** `'`, `{`, `}` and `\` are escaped by a backslash; any other escape is refused, as the service does ("open escape"). */
function scanText(cursor: Cursor): Expression {
  cursor.expect("'");
  const segments: string[] = [];
  let value = '';
  let segment = '';
  while (!cursor.done) {
    if (cursor.take("'")) return { kind: 'text', value, segments: [...segments, segment] };
    if (cursor.take('{}')) {
      segments.push(segment);
      segment = '';
      value += '{}';
      continue;
    }
    const char = textCharacter(cursor);
    segment += char;
    value += char;
  }
  throw cursor.error('a text argument does not end');
}

function textCharacter(cursor: Cursor): string {
  if (cursor.take('\\') && !/['{}\\]/.test(cursor.peek())) {
    throw cursor.error("only ', {, } and \\ can be escaped in a text argument");
  }
  const char = cursor.peek();
  cursor.at += 1;
  return char;
}
