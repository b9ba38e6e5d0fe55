import type { EvidenceFile } from '../evidence-source';
import type { LineOutcome, Parsed, SourceLine } from '../parse-result';
import { parseLines } from '../parse-result';
import { shown } from './fields';

/** A partition, a logical volume or a whole disk, as the disk runbook found it. */
export interface PlaceRow {
  readonly source: SourceLine;
  /** `1-000`: number of the image and of the slot. */
  readonly id: string;
  /** What blkid or fsstat call it; `unknown` when neither knows. */
  readonly type: string;
  /** Sectors it is long. */
  readonly length: number;
  readonly read: 'tsk' | 'mount' | 'not-mounted' | 'none';
}

const WAYS: ReadonlySet<string> = new Set(['tsk', 'mount', 'not-mounted', 'none']);
const isWay = (text: string): text is PlaceRow['read'] => WAYS.has(text);

/** `filesystems.tsv`: id, image, sector bytes, start, length, type, how it was read; the first line names the columns. */
export function parsePlaces(file: EvidenceFile): Promise<Parsed<PlaceRow>> {
  return parseLines(file, (source): LineOutcome<PlaceRow> => {
    if (source.text.trim() === '' || source.text.startsWith('id\t')) return undefined;
    const [id, , , , length, type, read] = source.text.split('\t');
    if (id === undefined || type === undefined || read === undefined || !isWay(read))
      return { problem: `not a line about a file system: ${shown(source.text)}` };
    const sectors = Number(length);
    return { row: { source, id, type: type || 'unknown', length: Number.isFinite(sectors) ? sectors : 0, read } };
  });
}
