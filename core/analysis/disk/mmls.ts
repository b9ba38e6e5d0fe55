import type { EvidenceFile } from '../evidence-source';
import { IssueList, type ParseIssue, type SourceLine } from '../parse-result';
import type { PartitionRow, PartitionTable } from './disk-rows';
import { shown } from './fields';

/** Number, slot, start, end, length, the size column of -B, description (empty for an unnamed GPT partition). */
const ROW = /^\d+:\s+(\S+)\s+(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})(?:\s+\d+[BKMGT](?=\s|$))?\s*(.*)$/;
const SLOT_OF_PARTITION = /^\d+(:\d+)?$/;

/** `mmls` in any of its layouts. A disk without a table prints nothing: scheme undefined and no partitions. */
export async function parseMmls(
  file: EvidenceFile,
): Promise<{ readonly table: PartitionTable; readonly issues: readonly ParseIssue[] }> {
  const issues = new IssueList(file.name);
  const partitions: PartitionRow[] = [];
  let scheme: string | undefined;
  let sectorBytes = 512;
  for await (const { line, text } of file.lines()) {
    const row = readRow({ file: file.name, line, text });
    if (row !== undefined) partitions.push(row);
    else if (/^\d+:/.test(text)) issues.add(line, `not an mmls row: ${shown(text)}`);
    else if (/Partition|Disklabel|Volume Table/.test(text)) scheme ??= text.trim();
    else sectorBytes = Number(/^Units are in (\d{1,6})-byte sectors/.exec(text)?.[1] ?? sectorBytes);
  }
  return { table: { scheme, sectorBytes, partitions }, issues: issues.finish(file.damage()) };
}

function readRow(source: SourceLine): PartitionRow | undefined {
  const [whole, slot = '', start, end, length, description = ''] = ROW.exec(source.text) ?? [];
  if (whole === undefined) return undefined;
  return {
    source,
    slot,
    start: Number(start),
    end: Number(end),
    length: Number(length),
    description: description.trim(),
    isPartition: SLOT_OF_PARTITION.test(slot),
  };
}
