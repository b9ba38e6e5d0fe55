/** One line of a tool's output. `text` is without its line end; `line` counts from 1, as an editor does. */
export interface EvidenceLine {
  readonly line: number;
  readonly text: string;
}

/**
 * One tool output file, wherever it lies, already gunzipped.
 * No method throws on what the file holds: invalid UTF-8 survives as U+FFFD, a damaged gzip ends early and `damage()` then says so.
 */
export interface EvidenceFile {
  /** The folder's role and the tool's file name, e.g. `disk/fls-r-p.txt`; never ends in `.gz`. */
  readonly name: string;
  /** Bytes as stored (compressed, when it is), when known. */
  readonly bytes: number | undefined;
  /** Raw bytes in pieces of any size. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Lines in order; a line longer than 1 MiB is cut there. */
  lines(): AsyncIterable<EvidenceLine>;
  /** The whole text. For files that fit in memory only. */
  text(): Promise<string>;
  /** Hex SHA-256 of the file as stored. */
  sha256(): Promise<string>;
  /** What kept the last read from reaching the end of the file; undefined when nothing did. */
  damage(): string | undefined;
}

/** The files of one analysis; any of them may be missing. */
export interface EvidenceSource {
  /** Names that `open` accepts, sorted. */
  list(): Promise<readonly string[]>;
  open(name: string): Promise<EvidenceFile | undefined>;
  /** The name under which a file is stored, when it differs (`….gz`): what a person finds in the folder. */
  storedName?(name: string): Promise<string>;
}
