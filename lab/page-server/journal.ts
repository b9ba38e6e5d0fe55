import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { GESTURE, type Gesture } from './gestures';

const HEAD = z.object({ sources: z.string(), seed: z.string() });
const ENTRY = z.object({ at: z.number(), gesture: GESTURE });

export interface JournalEntry {
  /** Milliseconds on the lab's clock. */
  readonly at: number;
  readonly gesture: Gesture;
}

/** All that came into the lab from outside, one JSON line each: with the same seed and sources, the whole story. */
export class Journal {
  constructor(
    private readonly file: string | undefined,
    private readonly head: { readonly sources: string; readonly seed: string },
  ) {}

  /** Entries of an earlier life, if it had the same seed and sources; else why there are none. */
  read(): readonly JournalEntry[] | string {
    if (this.file === undefined || !existsSync(this.file)) return [];
    const [first = '{}', ...lines] = readFileSync(this.file, 'utf8').split('\n');
    const head = HEAD.safeParse(parse(first));
    if (!head.success) return 'the kept state cannot be read';
    if (head.data.sources !== this.head.sources)
      return 'the product changed since, so the kept state cannot be played again';
    const entries: JournalEntry[] = [];
    for (const line of lines) {
      const entry = ENTRY.safeParse(parse(line));
      // A line that a crash cut short is the last one: what came before it stands.
      if (!entry.success) break;
      entries.push(entry.data);
    }
    return entries;
  }

  /** Starts over with these entries. */
  begin(entries: readonly JournalEntry[]): void {
    if (this.file === undefined) return;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${[this.head, ...entries].map((one) => JSON.stringify(one)).join('\n')}\n`);
  }

  add(entry: JournalEntry): void {
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
