/**
 * The part of GitHub's expression language that our workflows use: literals, property paths, `==`, `!=`, `!`, `&&`,
 * `||`, parentheses and the functions below. Anything else is an error, never a guess.
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions
 */
export type Value = string | number | boolean | null | { readonly [key: string]: Value } | readonly Value[];

export interface Scope {
  readonly values: { readonly [name: string]: Value };
  /** Whether an earlier step of the job failed: what `success()` and `failure()` ask. */
  readonly failed: boolean;
}

/** Replaces every `${{ … }}` in a text. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(/\$\{\{([\s\S]*?)\}\}/g, (_, source: string) => asText(evaluate(source, scope)));
}

/** The value of one expression, with or without its `${{ }}`. */
export function evaluate(source: string, scope: Scope): Value {
  const inner = /^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(source)?.[1] ?? source;
  const tokens = tokenize(inner);
  const reader = new Reader(tokens, scope, inner.trim());
  const value = reader.or();
  if (!reader.done) throw new ExpressionError(inner, `unexpected "${reader.peek}"`);
  return value;
}

export class ExpressionError extends Error {
  constructor(expression: string, why: string) {
    super(`The lab cannot evaluate the expression "${expression.trim()}": ${why}.`);
  }
}

/** GitHub's truth: false, 0, '' and null are false. */
export function truthy(value: Value): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null;
}

function asText(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?)|(==|!=|&&|\|\||[!().,[\]])|([A-Za-z_][\w-]*)|(\S))/gy;

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  for (const match of source.trimEnd().matchAll(TOKEN)) {
    if (match[5] !== undefined) throw new ExpressionError(source, `unknown character "${match[5]}"`);
    tokens.push((match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').trim());
  }
  return tokens;
}

class Reader {
  private at = 0;
  constructor(
    private readonly tokens: readonly string[],
    private readonly scope: Scope,
    private readonly source: string,
  ) {}

  get peek(): string | undefined {
    return this.tokens[this.at];
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  private take(token: string): boolean {
    if (this.peek !== token) return false;
    this.at += 1;
    return true;
  }

  or(): Value {
    let left = this.and();
    while (this.take('||')) {
      const right = this.and();
      left = truthy(left) ? left : right;
    }
    return left;
  }

  private and(): Value {
    let left = this.equality();
    while (this.take('&&')) {
      const right = this.equality();
      left = truthy(left) ? right : left;
    }
    return left;
  }

  private equality(): Value {
    let left = this.unary();
    for (;;) {
      if (this.take('==')) left = same(left, this.unary());
      else if (this.take('!=')) left = !same(left, this.unary());
      else return left;
    }
  }

  private unary(): Value {
    if (this.take('!')) return !truthy(this.unary());
    if (this.take('(')) {
      const inner = this.or();
      if (!this.take(')')) throw new ExpressionError(this.source, 'a ")" is missing');
      return inner;
    }
    return this.primary();
  }

  private primary(): Value {
    const token = this.tokens[this.at];
    if (token === undefined) throw new ExpressionError(this.source, 'it ends too early');
    this.at += 1;
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (this.peek === '(') return this.call(token);
    if (!Object.hasOwn(this.scope.values, token)) throw new ExpressionError(this.source, `there is no "${token}"`);
    return this.path(this.scope.values[token] ?? null);
  }

  /** Missing properties are null, as on GitHub. */
  private path(start: Value): Value {
    let value = start;
    for (;;) {
      let key: string;
      if (this.take('.')) key = this.tokens[this.at++] ?? '';
      else if (this.take('[')) {
        key = asText(this.or());
        if (!this.take(']')) throw new ExpressionError(this.source, 'a "]" is missing');
      } else return value;
      value = property(value, key);
    }
  }

  private call(name: string): Value {
    this.take('(');
    const args: Value[] = [];
    while (!this.take(')')) {
      args.push(this.or());
      if (!this.take(',') && this.peek !== ')') throw new ExpressionError(this.source, 'a ")" is missing');
    }
    const fn = FUNCTIONS[name];
    if (!fn) throw new ExpressionError(this.source, `there is no function "${name}"`);
    return fn(this.scope, ...args);
  }
}

const FUNCTIONS: Readonly<Record<string, (scope: Scope, ...args: Value[]) => Value>> = {
  success: (scope) => !scope.failed,
  failure: (scope) => scope.failed,
  always: () => true,
  cancelled: () => false,
  contains: (_, all = null, one = null) =>
    Array.isArray(all)
      ? all.some((item) => same(item, one))
      : asText(all).toLowerCase().includes(asText(one).toLowerCase()),
  startsWith: (_, all = null, one = null) => asText(all).toLowerCase().startsWith(asText(one).toLowerCase()),
  endsWith: (_, all = null, one = null) => asText(all).toLowerCase().endsWith(asText(one).toLowerCase()),
  format: (_, template = null, ...args) =>
    asText(template).replace(/\{(\d+)\}/g, (__, i: string) => asText(args[Number(i)] ?? null)),
  toJSON: (_, value = null) => JSON.stringify(value, null, 2),
  fromJSON: (_, text = null) => JSON.parse(asText(text)),
};

/** Strings compare without case, as on GitHub. */
function same(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase();
  if (typeof left === 'object' || typeof right === 'object') return left === right;
  return typeof left === typeof right ? left === right : Number(left) === Number(right);
}

function property(value: Value, key: string): Value {
  if (value === null || typeof value !== 'object') return null;
  if (Array.isArray(value)) return value[Number(key)] ?? null;
  const record: { readonly [key: string]: Value } = value as { readonly [key: string]: Value };
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
