import type { Readable, Writable } from 'node:stream';

/** What a command reads and where it speaks; an argument, so that tests listen. Results go to stdout. */
export interface CommandIo {
  readonly stdout: Writable;
  /** Progress (only when it is a terminal) and refusals. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly stdin?: Readable;
}

export function processIo(): CommandIo {
  return { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin };
}
