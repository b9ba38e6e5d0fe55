import type { EvidenceFile } from '../evidence-source';
import { type LineOutcome, type Parsed, parseLines, type SourceLine } from '../parse-result';
import type { JournalRow } from './disk-rows';
import { shown, wholeNumber } from './fields';

const ROW =
  /^(\d{1,15}):\s+(?:(Allocated|Unallocated) )?(Superblock|Descriptor Block|Commit Block|Revoke Block|FS Block)(.*)$/;

const KINDS: Readonly<Record<string, JournalRow['kind']>> = {
  Superblock: 'superblock',
  'Descriptor Block': 'descriptor',
  'Commit Block': 'commit',
  'Revoke Block': 'revoke',
  'FS Block': 'fs-block',
};

/** `jls` of an ext journal. The superblock's feature lines are skipped; most rows are `Unallocated FS Block Unknown`. */
export function parseJls(file: EvidenceFile): Promise<Parsed<JournalRow>> {
  return parseLines(file, parseJlsLine);
}

export function parseJlsLine(source: SourceLine): LineOutcome<JournalRow> {
  const text = source.text;
  const [whole, block, allocation, what = '', rest = ''] = ROW.exec(text) ?? [];
  if (whole === undefined) return /^\d+:/.test(text) ? { problem: `not a jls row: ${shown(text)}` } : undefined;
  return {
    row: {
      source,
      journalBlock: Number(block),
      allocated: allocation !== 'Unallocated',
      kind: KINDS[what] ?? 'fs-block',
      sequence: wholeNumber(/seq: (\d{1,15})/.exec(rest)?.[1]),
      fsBlock: wholeNumber(/^ (\d{1,15})$/.exec(rest)?.[1]),
      // The fraction jls prints is not one (it exceeds a second's nanoseconds): whole seconds only.
      committedAt: wholeNumber(/sec: (\d{1,15})/.exec(rest)?.[1]),
    },
  };
}
