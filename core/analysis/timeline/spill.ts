/** Where sorted runs wait when a bodyfile does not fit in memory. Synchronous: a merge reads a piece every few milliseconds. */
export interface SpillStore {
  create(): SpillFile;
}

export interface SpillFile {
  append(bytes: Uint8Array): void;
  /** Fills `into` from `position` as far as the file goes; returns the bytes read, 0 at its end. */
  read(position: number, into: Uint8Array): number;
  /** Gives its space back. */
  close(): void;
}
