/** A folder of evidence: on disk, or a prefix of a bucket. Paths are relative and use `/`. */
export interface EvidenceFolder {
  /** reads: the bytes in order, or undefined when there is no such file. `versionId` matters where versions exist. */
  open(path: string, versionId?: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** reads: every file, where a look costs nothing and needs no right of its own. */
  list?(): Promise<readonly string[]>;
}

/** Manifests and ledgers are read whole; 64 MiB is a thousand times the largest seen. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** A whole small file as text; undefined when it is not there. */
export async function readText(folder: EvidenceFolder, path: string): Promise<string | undefined> {
  const chunks = await folder.open(path);
  if (chunks === undefined) return undefined;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES)
      throw new Error(`${path} is larger than ${MAX_TEXT_BYTES} bytes: it is no manifest and no ledger.`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
