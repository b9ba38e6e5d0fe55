import type { Sha256 } from '../incident/ids';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly versionId: string;
  readonly modifiedAt: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** S3's own full-object CRC-64/NVME, base64, where it has one. */
  readonly crc64?: string;
}

/** The evidence bucket: versioned, under Object Lock. Keys are full keys (`incidents/<incident>/…`). */
export interface EvidenceVault {
  /**
   * changes: writes under retention unless the key exists (`If-None-Match: *`); then the stored bytes are compared and
   * the stored version is the answer. Throws NeedsHuman when the key holds something else.
   */
  putOnce(key: string, body: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<StoredObject>;
  /** changes: writes a new version (scratch, and the final seal of a later run). */
  put(key: string, body: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<StoredObject>;
  /** reads: undefined when there is no such object. */
  head(key: string): Promise<StoredObject | undefined>;
  /** reads: at most `limit` bytes from the start. */
  read(key: string, limit?: number): Promise<Uint8Array>;
  /** reads: SHA-256 of the whole object, streamed in constant memory. */
  hash(key: string, versionId?: string): Promise<Sha256>;
  /** reads: facts and SHA-256 of the newest version in one streamed read; undefined when there is no such object. */
  examine(key: string): Promise<{ readonly stored: StoredObject; readonly sha256: Sha256 } | undefined>;
  /** reads: every object under a prefix, in order of key. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly bytes: number }[]>;
}

/** Multipart uploads that a host without credentials fills. */
export interface Uploads {
  /** reads: the newest unfinished upload to the key. */
  find(key: string): Promise<string | undefined>;
  /** changes */
  start(key: string): Promise<string>;
  /** reads: in order of part number. */
  parts(
    key: string,
    upload: string,
  ): Promise<readonly { readonly number: number; readonly bytes: number; readonly etag: string }[]>;
  /** changes: completes; `absent` when S3 no longer knows the upload (completed before, or aborted): look at the object. */
  complete(
    key: string,
    upload: string,
    parts: readonly { readonly number: number; readonly etag: string }[],
  ): Promise<'done' | 'absent'>;
  /** changes: gives up the upload and its parts. */
  abort(key: string, upload: string): Promise<void>;
}

/** URLs that are a permission in themselves: they live shortly and never reach ledger, logs or chat. */
export interface Presigner {
  part(key: string, upload: string, part: number, seconds: number): Promise<string>;
  get(place: { readonly bucket: 'evidence' | 'tools'; readonly key: string }, seconds: number): Promise<string>;
  put(key: string, seconds: number): Promise<string>;
}

export interface ShelvedTool {
  readonly key: string;
  readonly name: string;
  readonly sha256: string;
}

/** The tools bucket: what a victim may fetch, by digest. */
export interface ToolShelf {
  /** reads: the newest tool of that name, and its SHA-256 from the key. */
  find(name: string): Promise<ShelvedTool | undefined>;
  /** reads: every tool whose name begins so. */
  startingWith(prefix: string): Promise<readonly ShelvedTool[]>;
}
