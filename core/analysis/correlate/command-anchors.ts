import { patternsOf, strengthOf } from '../detect/command-patterns';
import { handsOutShell } from '../detect/driven-shell';
import type { OrphanFile } from '../detect/host';
import { knownTool, looksLikeKernelThread, MINER_ARGUMENTS } from '../detect/known-tools';
import { baseName, hiddenPart, inTemporaryPlace } from '../detect/paths';
import type { MemoryFacts } from '../memory/read-memory';
import { type Anchor, STRONG } from './anchors';
import type { ProcessDraft } from './processes';

export interface MemoryAnchors {
  readonly anchors: readonly Anchor[];
  /** Something is bad at any time: injected code, a hidden module, a program in a temporary place. */
  readonly suspect: boolean;
  /** Unix milliseconds of the newest typed command. */
  readonly newest: number | undefined;
}

/** Weight by how telling a command is. */
const COMMAND_WEIGHT: readonly number[] = [0, 1, 4, STRONG];

/** What memory and deleted-while-open files say about when it happened. `known`: files that a YARA rule knows. */
export function commandAnchors(
  memory: MemoryFacts,
  drafts: readonly ProcessDraft[],
  orphans: readonly OrphanFile[],
  known: ReadonlySet<string>,
): MemoryAnchors {
  const anchors: Anchor[] = [];
  let newest: number | undefined;
  for (const { at, command } of memory.commands) {
    if (at === undefined) continue;
    newest = Math.max(newest ?? at, at);
    const weight = commandWeight(command);
    if (weight > 0)
      anchors.push({
        at,
        weight,
        what: `a command that ${patternsOf(command)[0]?.says ?? ''}`,
        kind: 'typed command',
        group: 'typed command',
        installable: false,
      });
  }
  for (const { details, inode } of orphans) {
    if (details === undefined || !/[1357]/.test(details.mode.slice(-3))) continue;
    const what = `inode ${inode}, a program deleted while open`;
    if (details.crtime > 0)
      anchors.push({
        at: details.crtime * 1000,
        weight: STRONG,
        what,
        kind: 'deleted program',
        group: 'deleted program',
        installable: false,
      });
    if (details.ctime > 0)
      anchors.push({
        at: details.ctime * 1000,
        weight: STRONG,
        what,
        kind: 'deleted program',
        group: 'deleted program',
        installable: false,
      });
  }
  const suspects = drafts.filter(
    (draft) => !draft.acquisition && (isSuspect(draft) || known.has(draft.program?.path ?? '')),
  );
  for (const { startedAt, comm } of suspects) {
    if (startedAt !== undefined)
      anchors.push({
        at: startedAt,
        weight: STRONG,
        what: `the start of ${comm}`,
        kind: 'suspect process',
        group: 'suspect process',
        installable: false,
      });
  }
  const suspect = suspects.length > 0 || memory.hiddenModules.length > 0;
  return { anchors, suspect, newest };
}

/** Keeping a shell's history clean is a habit of scripts too: by itself it opens no window. */
function commandWeight(command: string): number {
  const telling = patternsOf(command).filter(({ technique }) => technique !== 'T1070.003');
  const strongest = Math.max(0, ...telling.map(({ strength }) => strength));
  return telling.length === 0 && strengthOf(command) > 0 ? 2 : (COMMAND_WEIGHT[strongest] ?? 0);
}

function isSuspect({ comm, args, program, ppid, hasUserMemory }: ProcessDraft): boolean {
  const path = program?.path ?? '';
  if (/^\/?memfd:(?!runc_cloned|libffi|doublemapper)/.test(path)) return true;
  if (path !== '' && (inTemporaryPlace(path) || hiddenPart(path) !== undefined)) return true;
  if (handsOutShell(args ?? '') || MINER_ARGUMENTS.test(args ?? '')) return true;
  if (knownTool(comm)?.strength === 'strong' || knownTool(baseName(path))?.strength === 'strong') return true;
  return hasUserMemory && ppid !== 2 && looksLikeKernelThread((args ?? comm).split(' ')[0] ?? '');
}
