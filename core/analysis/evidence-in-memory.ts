import { createHash } from 'node:crypto';
import { splitLines } from './evidence-lines';
import type { EvidenceFile, EvidenceSource } from './evidence-source';

/** Evidence already in memory, keyed by name (`disk/fls-r-p.txt`): what tests and small derived files use. */
export function evidenceOf(files: Readonly<Record<string, string | Uint8Array>>): EvidenceSource {
  return {
    list: async () => Object.keys(files).sort(),
    open: async (name) => {
      const content = Object.hasOwn(files, name) ? files[name] : undefined;
      return content === undefined ? undefined : evidenceFileOf(name, content);
    },
  };
}

/** One file of known content. */
export function evidenceFileOf(name: string, content: string | Uint8Array): EvidenceFile {
  const bytes = Buffer.from(content);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    if (bytes.length > 0) yield bytes;
  };
  return {
    name,
    bytes: bytes.length,
    chunks,
    lines: () => splitLines(chunks()),
    text: async () => bytes.toString('utf8'),
    sha256: async () => createHash('sha256').update(bytes).digest('hex'),
    damage: () => undefined,
  };
}
