import type { EvidenceFile } from '../evidence-source';
import { type LineOutcome, type Parsed, parseLines, type SourceLine } from '../parse-result';
import type { HashRow, ImageRow, RecoveryRow, StringRow } from './disk-rows';
import { shown } from './fields';

/** `img_stat`: one row, or none when the file holds no image facts. */
export async function parseImgStat(file: EvidenceFile): Promise<Parsed<ImageRow>> {
  const lines = await parseLines(file, (source) => ({ row: source }));
  const fact = (label: string): SourceLine | undefined => lines.rows.find(({ text }) => text.startsWith(`${label}:`));
  const number = (label: string): number | undefined => {
    const digits = /:\s*(\d{1,15})\s*$/.exec(fact(label)?.text ?? '')?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const source = fact('Size in bytes') ?? fact('Image Type');
  if (source === undefined) return { rows: [], issues: lines.issues };
  const type = fact('Image Type')?.text.split(':')[1]?.trim();
  const row = { source, type, bytes: number('Size in bytes'), sectorBytes: number('Sector size') };
  return { rows: [row], issues: lines.issues };
}

/** `sha256sum`: hash, two spaces (or space and asterisk), path. */
export function parseSha256Sums(file: EvidenceFile): Promise<Parsed<HashRow>> {
  return parseLines(file, (source): LineOutcome<HashRow> => {
    if (source.text.trim() === '') return undefined;
    const [, sha256, path] = /^\\?([0-9a-f]{64}) [ *](.+)$/s.exec(source.text) ?? [];
    if (sha256 === undefined || path === undefined) return { problem: `not a sha256sum line: ${shown(source.text)}` };
    return { row: { source, sha256, path } };
  });
}

/** `blkls | strings`, with grep -n's line numbers or without. A string may itself begin with digits and a colon. */
export function parseUnallocatedStrings(file: EvidenceFile): Promise<Parsed<StringRow>> {
  return parseLines(file, (source): LineOutcome<StringRow> => {
    if (source.text.trim() === '') return undefined;
    const [, number, content = ''] = /^(\d{1,12}):(.*)$/s.exec(source.text) ?? [];
    if (number === undefined) return { row: { source, stringNumber: undefined, content: source.text } };
    return { row: { source, stringNumber: Number(number), content } };
  });
}

/** `tsk_recover`'s one line. */
export function parseTskRecover(file: EvidenceFile): Promise<Parsed<RecoveryRow>> {
  return parseLines(file, (source): LineOutcome<RecoveryRow> => {
    const count = /^Files Recovered: (\d{1,12})$/.exec(source.text)?.[1];
    if (count !== undefined) return { row: { source, filesRecovered: Number(count) } };
    return source.text.trim() === '' ? undefined : { problem: `not tsk_recover's count: ${shown(source.text)}` };
  });
}
