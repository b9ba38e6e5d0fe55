import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** `include: scripts/x.sh` in a runCommand list stands for the lines of that file. */
const INCLUDE = /^include: (scripts\/[a-z0-9.-]+)$/;

/**
 * Reads an SSM document of `runbooks/` and puts the scripts it names into it, so that the script a test runs is the
 * script a host runs. Throws a plain sentence when an included script would be taken for SSM's own `{{ }}` syntax.
 */
export function readSsmDocument(runbooks: string, file: string): unknown {
  const document: unknown = parse(readFileSync(join(runbooks, file), 'utf8'));
  return expand(document, (name) => {
    const text = readFileSync(join(runbooks, name), 'utf8');
    if (text.includes('{{')) throw new Error(`${name} contains "{{", which SSM would replace: write it otherwise.`);
    return text.split('\n');
  });
}

function expand(value: unknown, linesOf: (file: string) => readonly string[]): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => expandItem(item, linesOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, linesOf)]));
}

function expandItem(item: unknown, linesOf: (file: string) => readonly string[]): unknown[] {
  const included = typeof item === 'string' ? INCLUDE.exec(item)?.[1] : undefined;
  return included === undefined ? [expand(item, linesOf)] : [...linesOf(included)];
}
