import type { EvidenceLine } from '../evidence-source';

/** A JSON object with the line each of its objects (itself and nested ones) begins on. */
export interface ScannedObject {
  readonly value: object;
  readonly line: number;
  /** Line on which a nested object begins; the object's own line when it cannot be told. */
  lineOf(nested: object): number;
}

/** What surrounded the objects: Volatility prints its complaints there, on stdout. */
export interface ScanRest {
  /** Text outside every object, clamped. */
  readonly outside: string;
  /** The input ended inside an object or inside the list of objects. */
  readonly truncated: boolean;
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly firstBrace: number;
}

/** Deeper than any process tree; JSON.stringify would run out of stack long after. */
const DEEPEST = 400;
/** One object of this many characters is not tool output. */
const LONGEST_OBJECT = 256 * 1024 * 1024;
const OUTSIDE_KEPT = 4_000;
const PROBLEMS_KEPT = 100;

/**
 * Finds the complete JSON objects of a text that may be pretty-printed, one a line, preceded by blank lines or plain text,
 * broken in places or cut off: complete objects nested in a cut one are returned in its place. Linear; never throws.
 */
export class JsonObjects {
  private pieces: string[] = [];
  private length = 0;
  private opens: { readonly start: number; readonly brace: number }[] = [];
  private braceLines: number[] = [];
  private closed: Span[] = [];
  private inString = false;
  private escaped = false;
  private depth = 0;
  private deepest = 0;
  private outside = '';
  private first = '';
  private last = '';
  private readonly problems: { line: number; problem: string }[] = [];

  /** Feeds one line; returns the objects it completes. */
  push({ line, text }: EvidenceLine): readonly ScannedObject[] {
    const found: ScannedObject[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      if (this.opens.length === 0 && text.charCodeAt(at) !== 0x7b) {
        const brace = text.indexOf('{', at);
        this.keepOutside(text.slice(at, brace < 0 ? undefined : brace));
        if (brace < 0) return found;
        at = brace;
      }
      if (this.opens.length === 0) start = at;
      const finished = this.character(text.charCodeAt(at), this.length + at - start, line);
      if (!finished) continue;
      this.take(text.slice(start, at + 1));
      found.push(...this.parseWhole());
      start = at + 1;
    }
    if (this.opens.length > 0) this.endLine(text.slice(start), line);
    return found;
  }

  /** Ends the input; returns complete objects found inside one that never ended. */
  finish(): { readonly objects: readonly ScannedObject[]; readonly rest: ScanRest } {
    const insideObject = this.opens.length > 0;
    const insideList = this.first === '[' && this.last !== ']';
    const objects = insideObject ? this.recover() : [];
    return { objects, rest: { outside: this.outside, truncated: insideObject || insideList, problems: this.problems } };
  }

  /** Returns true when the outermost object closes. */
  private character(code: number, offset: number, line: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (code === 0x5c) this.escaped = true;
      else if (code === 0x22) this.inString = false;
      return false;
    }
    if (code === 0x22) this.inString = true;
    else if (code === 0x5b) this.deepest = Math.max(this.deepest, ++this.depth);
    else if (code === 0x5d) this.depth -= 1;
    else if (code === 0x7b) {
      this.deepest = Math.max(this.deepest, ++this.depth);
      this.opens.push({ start: offset, brace: this.braceLines.length });
      this.braceLines.push(line);
    } else if (code === 0x7d) {
      this.depth -= 1;
      const open = this.opens.pop();
      if (open !== undefined) this.closed.push({ start: open.start, end: offset + 1, firstBrace: open.brace });
      return this.opens.length === 0;
    }
    return false;
  }

  private endLine(rest: string, line: number): void {
    this.take(`${rest}\n`);
    // A raw newline cannot stand in a JSON string: the row is broken, the next line that opens an object starts afresh.
    if (this.inString) this.drop(line, 'a row is broken off inside a text');
    else if (this.deepest > DEEPEST) this.drop(line, `objects are nested more than ${DEEPEST} deep`);
    else if (this.length > LONGEST_OBJECT) this.drop(line, 'an object is longer than any tool prints');
  }

  private drop(line: number, problem: string): void {
    this.complain(line, problem);
    this.reset();
  }

  private take(text: string): void {
    this.pieces.push(text);
    this.length += text.length;
  }

  private reset(): void {
    this.pieces = [];
    this.length = 0;
    this.opens = [];
    this.braceLines = [];
    this.closed = [];
    this.inString = false;
    this.escaped = false;
    this.depth = 0;
    this.deepest = 0;
  }

  private parseWhole(): readonly ScannedObject[] {
    const text = this.pieces.join('');
    const lines = this.braceLines;
    const tooDeep = this.deepest > DEEPEST;
    this.reset();
    if (!tooDeep) return this.parse(text, lines);
    this.complain(lines[0] ?? 0, `objects are nested more than ${DEEPEST} deep`);
    return [];
  }

  private parse(text: string, lines: readonly number[]): readonly ScannedObject[] {
    const line = lines[0] ?? 0;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null) return [];
      const places = placesOf(value, lines);
      return [{ value, line, lineOf: (nested) => places.get(nested) ?? line }];
    } catch {
      this.complain(line, 'this row is not valid JSON');
      return [];
    }
  }

  private recover(): readonly ScannedObject[] {
    const text = this.pieces.join('');
    const line = this.braceLines[0] ?? 0;
    this.complain(line, 'the file ends inside this row');
    const whole: Span[] = [];
    let before = Number.POSITIVE_INFINITY;
    for (const span of [...this.closed].reverse()) {
      if (span.end > before) continue;
      whole.unshift(span);
      before = span.start;
    }
    const found: ScannedObject[] = [];
    for (const span of whole) {
      found.push(...this.parse(text.slice(span.start, span.end), this.braceLines.slice(span.firstBrace)));
    }
    return found;
  }

  private keepOutside(text: string): void {
    const seen = text.trim();
    if (seen !== '') {
      this.first = this.first === '' ? seen.slice(0, 1) : this.first;
      this.last = seen.slice(-1);
    }
    if (this.outside.length < OUTSIDE_KEPT) this.outside += `${text.slice(0, OUTSIDE_KEPT)}\n`;
  }

  private complain(line: number, problem: string): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push({ line, problem });
  }
}

/** Objects in the order of the text, which is the order of their braces. */
function placesOf(root: object, lines: readonly number[]): ReadonlyMap<object, number> {
  const places = new Map<object, number>();
  const waiting: unknown[] = [root];
  let brace = 0;
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) {
      places.set(next, lines[brace] ?? lines[0] ?? 0);
      brace += 1;
    }
    waiting.push(...Object.values(next).reverse());
  }
  return places;
}
