import type { EvidenceFile } from '../evidence-source';
import { type LineOutcome, type Parsed, parseLines, type SourceLine } from '../parse-result';
import type { IlsRow } from './disk-rows';
import { shown, wholeNumber, wholeNumbers } from './fields';

const HEADER = /^(class\|host|ils\||st_ino\|)/;
const COLUMNS = 11;

/** `ils` with any options but -m (whose output is a bodyfile): st_ino|alloc|uid|gid|m|a|c|cr|mode|nlink|size. */
export function parseIls(file: EvidenceFile): Promise<Parsed<IlsRow>> {
  return parseLines(file, parseIlsLine);
}

export function parseIlsLine(source: SourceLine): LineOutcome<IlsRow> {
  const text = source.text;
  if (text.trim() === '' || HEADER.test(text)) return undefined;
  const fields = text.split('|');
  const [inodeText, alloc, ...rest] = fields;
  const mode = rest[6] ?? '';
  const inode = wholeNumber(inodeText);
  const numbers = wholeNumbers(rest);
  if (fields.length !== COLUMNS || inode === undefined || numbers === undefined || !/^[0-7]+$/.test(mode)) {
    return { problem: `not an ils row: ${shown(text)}` };
  }
  if (alloc !== 'a' && alloc !== 'f') return { problem: `allocation is neither "a" nor "f" in ${shown(text)}` };
  const [uid = 0, gid = 0, mtime = 0, atime = 0, ctime = 0, crtime = 0, , links = 0, size = 0] = numbers;
  return { row: { source, inode, allocated: alloc === 'a', uid, gid, mtime, atime, ctime, crtime, mode, links, size } };
}

/**
 * Files deleted while open: allocated, no link, and a mode. Inodes of mode 0 are the file system's own (1 to 10) or were
 * never written when the image was taken of a busy machine.
 */
export function deletedWhileOpen(rows: readonly IlsRow[]): readonly IlsRow[] {
  return rows.filter((row) => row.allocated && row.links === 0 && !/^0+$/.test(row.mode));
}
