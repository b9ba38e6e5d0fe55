import type { EvidenceFile } from '../evidence-source';
import { type LineOutcome, type Parsed, parseLines, type SourceLine } from '../parse-result';
import type { MactimeRow } from './disk-rows';
import { shown } from './fields';

/** Seven plain fields and a quoted name whose quotes are doubled; the name holds no line end, fls prints those as ^. */
const ROW = /^([^,]*),(\d+),([m.][a.][c.][b.]),([^,]*),([^,]*),([^,]*),([^,]*),"(.*)"$/su;

/** `mactime -d`, with or without -y. It lacks files whose names hold `|`: prefer the bodyfile. */
export function parseMactimeCsv(file: EvidenceFile): Promise<Parsed<MactimeRow>> {
  return parseLines(file, parseMactimeLine);
}

export function parseMactimeLine(source: SourceLine): LineOutcome<MactimeRow> {
  if (source.text.trim() === '' || source.text.startsWith('Date,Size,Type,')) return undefined;
  const [whole, date = '', size, macb = '', mode = '', uid = '', gid = '', meta = '', quoted = ''] =
    ROW.exec(source.text) ?? [];
  if (whole === undefined) return { problem: `not a row of mactime -d: ${shown(source.text)}` };
  const name = quoted.replaceAll('""', '"');
  return { row: { source, date, size: Number(size), macb, mode, uid, gid, meta, name } };
}
