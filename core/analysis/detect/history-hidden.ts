import type { EnvironmentRow } from '../memory/memory-rows';
import { evidenceOf, named } from './describe';
import type { Detection, Detector } from './finding';
import type { Host } from './host';
import { isShellHistory } from './paths';

export const historyHidden: Detector = {
  id: 'history-hidden',
  title: 'shells told to keep no history, and history files that lead nowhere',
  technique: 'T1070.003',
  rationale: 'Who keeps no history has a reason; scripts need none and seldom say so.',
  falsePositives: 'Automation and hardened accounts that switch history off; editors’ remote terminals.',
  needs: [['envars', 'bodyfile']],
  run: (host) => [...byVariable(host), ...byLink(host)],
};

const SWITCHED_OFF: Readonly<Record<string, RegExp>> = {
  HISTFILE: /^(?:\/dev\/null|\s*)$/,
  HISTSIZE: /^0$/,
  HISTFILESIZE: /^0$/,
  HISTCONTROL: /^ignoreall$/,
};

/** Programs inherit the variable: one detection for the family. */
function byVariable({ memory }: Host): readonly Detection[] {
  const rows = memory.environment.filter(
    ({ key, value }) => Object.hasOwn(SWITCHED_OFF, key) && SWITCHED_OFF[key]?.test(value),
  );
  const first: EnvironmentRow | undefined = rows[0];
  if (first === undefined) return [];
  const who = [...new Map(rows.map(({ pid, comm }) => [pid, `${named(comm, 30)} (${pid})`])).values()];
  return [
    {
      title: `${named(first.key)}=${named(first.value, 40)} keeps the shell history from being written, in ${who.slice(0, 6).join(', ')}`,
      confidence: 'medium',
      because: 'automation sets it too; the commands may still be in the shell’s memory',
      subject: { kind: 'process', pid: first.pid },
      theme: 'traces',
      evidence: evidenceOf(
        rows.map(({ source }) => source),
        8,
      ),
      weight: 44,
    },
  ];
}

function byLink({ disk }: Host): readonly Detection[] {
  return disk.files
    .filter(({ path, linkTarget }) => isShellHistory(path) && linkTarget === '/dev/null')
    .map((row) => ({
      title: `${named(row.path)} is a link to /dev/null: nothing typed is kept`,
      confidence: 'medium' as const,
      because: 'hardened accounts do so too',
      subject: { kind: 'file', path: row.path } as const,
      theme: 'traces' as const,
      evidence: evidenceOf([row.source]),
      weight: 46,
    }));
}
