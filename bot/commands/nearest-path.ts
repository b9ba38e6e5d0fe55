import { COMMAND_ROWS } from './table';
import { nearest } from './words';

const FIRST_WORDS = [...new Set(COMMAND_ROWS.map((row) => row.path.split(' ')[0] ?? ''))];

/** What may follow a first word: `status`, `pause` … after `forensics`. */
export const secondsOf = (first: string): readonly string[] =>
  COMMAND_ROWS.filter((row) => row.path.startsWith(`${first} `)).map((row) => row.path.slice(first.length + 1));

/** The command a near miss means, shown and never run: `forensic status` and a bare `statsu` both mean `forensics status`. */
export function nearestPath(first: string, second: string): string | undefined {
  const noun = nearest(first, FIRST_WORDS);
  if (noun !== undefined) {
    const verb = nearest(second, secondsOf(noun));
    return verb === undefined ? noun : `${noun} ${verb}`;
  }
  const verb = nearest(
    first,
    FIRST_WORDS.flatMap((word) => secondsOf(word)),
  );
  return verb === undefined ? undefined : COMMAND_ROWS.find((row) => row.path.endsWith(` ${verb}`))?.path;
}
