import type { ShellCommandRow } from '../memory/memory-rows';
import { type CommandPattern, patternsOf } from './command-patterns';
import { evidenceOf, named } from './describe';
import type { Confidence, Detection, Detector, Theme } from './finding';
import { type TypedShell, typedShells } from './shells';

export const typedCommands: Detector = {
  id: 'typed-commands',
  title: 'commands in shells’ memory that intruders type',
  technique: 'T1059.004',
  rationale: 'A shell remembers what was typed even when it writes no history file.',
  falsePositives: 'An administrator at work on accounts, keys, services or logs.',
  needs: [['bash']],
  run: (host) => typedShells(host).flatMap((shell) => detect(shell)),
};

interface Match {
  readonly row: ShellCommandRow;
  readonly pattern: CommandPattern;
}

/** One detection a shell and part of the story; habits of administrators count only in an intruder's shell. */
function detect(shell: TypedShell): readonly Detection[] {
  const themes = new Map<Theme, Match[]>();
  for (const row of shell.commands) {
    for (const pattern of patternsOf(row.command)) {
      if (pattern.strength === 1 && !shell.intruder) continue;
      themes.set(pattern.theme, [...(themes.get(pattern.theme) ?? []), { row, pattern }]);
    }
  }
  return [...themes].map(([theme, matches]) => toDetection(shell, theme, matches));
}

function toDetection(shell: TypedShell, theme: Theme, matches: readonly Match[]): Detection {
  const says = [
    ...new Set([...matches].sort((a, b) => b.pattern.strength - a.pattern.strength).map(({ pattern }) => pattern.says)),
  ];
  const first = matches.find(({ pattern }) => pattern.says === says[0]) ?? matches[0];
  const strongest = Math.max(...matches.map(({ pattern }) => pattern.strength));
  const confidence: Confidence = shell.intruder ? 'high' : strongest === 3 ? 'medium' : 'low';
  const at = matches.map(({ row }) => row.at).find((time) => time !== undefined);
  return {
    title: `Typed in ${named(shell.process, 20)} (pid ${shell.pid}): ${says.slice(0, 4).join('; ')}${says.length > 4 ? '; …' : ''}`,
    confidence,
    because: reasonOf(shell, strongest),
    subject: { kind: 'process', pid: shell.pid },
    theme,
    ...(first === undefined ? {} : { technique: first.pattern.technique }),
    evidence: evidenceOf(
      matches.map(({ row }) => row.source),
      20,
    ),
    ...(at === undefined ? {} : { at }),
    weight: confidence === 'high' ? 70 + strongest * 3 : confidence === 'medium' ? 42 : 14,
  };
}

function reasonOf(shell: TypedShell, strongest: number): string {
  if (shell.remote && shell.intruder) return 'the shell, or what started it, is driven over a connection from outside';
  if (shell.intruder) return 'several commands of different kinds in one shell are an intruder’s';
  return strongest === 3
    ? 'few have a harmless reason for it, and nothing else in the shell points to an intruder'
    : 'administrators do this too';
}
