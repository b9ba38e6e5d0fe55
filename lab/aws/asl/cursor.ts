/** A position in a text: what the path and intrinsic parsers share, so that a path may end inside a function call. */
export class Cursor {
  at = 0;
  constructor(readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(length = 1): string {
    return this.text.slice(this.at, this.at + length);
  }

  /** Consumes `token` if it comes next. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.error(`expected '${token}'`);
  }

  /** Consumes what a sticky expression matches here; undefined when it does not match. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.at += found.length;
    return found;
  }

  spaces(): void {
    this.match(/[ \t\r\n]+/y);
  }

  error(problem: string): SyntaxError {
    return new SyntaxError(`${problem} at character ${this.at + 1} of "${this.text}"`);
  }
}

/** A quoted string after its opening quote was seen; `\` escapes the character after it. */
export function quotedString(cursor: Cursor): string {
  const quote = cursor.peek();
  cursor.expect(quote);
  let value = '';
  while (!cursor.done) {
    const char = cursor.peek();
    cursor.at += 1;
    if (char === quote) return value;
    if (char !== '\\') {
      value += char;
      continue;
    }
    if (cursor.done) break;
    value += cursor.peek();
    cursor.at += 1;
  }
  throw cursor.error('a quoted string does not end');
}
