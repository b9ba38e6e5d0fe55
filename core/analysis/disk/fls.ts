import type { EvidenceFile } from '../evidence-source';
import { type LineOutcome, type Parsed, parseLines, type SourceLine } from '../parse-result';
import type { FlsRow, NameState } from './disk-rows';
import { inodeOf, shown } from './fields';

/** `+` depth marks (without -p), name type / inode type, `*` for deleted, address, `(realloc)`, tab, name and -l's columns. */
const ENTRY = /^\+* ?(.)\/(.) (\* )?([\d-]+)(\(realloc\))?:\t(.*)$/su;

/** `fls -r -p` and `fls -r -d -p`, with or without `-l`. */
export function parseFls(file: EvidenceFile): Promise<Parsed<FlsRow>> {
  return parseLines(file, parseFlsLine);
}

export function parseFlsLine(source: SourceLine): LineOutcome<FlsRow> {
  if (source.text.trim() === '') return undefined;
  const [, nameType = '', metaType = '', star, meta = '', realloc, rest = ''] = ENTRY.exec(source.text) ?? [];
  const inode = inodeOf(meta);
  if (inode === undefined) return { problem: `not an fls entry: ${shown(source.text)}` };
  // fls prints a tab of a name as ^, so a tab ends the name and begins -l's columns.
  const path = rest.split('\t', 1)[0] ?? '';
  const state = nameState(star !== undefined, realloc !== undefined);
  return { row: { source, path, state, meta, inode, nameType, metaType, virtual: isVirtual(nameType, path) } };
}

function nameState(deleted: boolean, realloc: boolean): NameState {
  if (!deleted) return 'allocated';
  return realloc ? 'reallocated' : 'deleted';
}

function isVirtual(nameType: string, path: string): boolean {
  return nameType.toLowerCase() === 'v' || path === '$OrphanFiles' || path.startsWith('$OrphanFiles/');
}
