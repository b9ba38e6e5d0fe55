import { named } from '../detect/describe';
import type { Host } from '../detect/host';
import type { ShelfResult } from '../detect/run-shelf';
import { unreadPlaces } from './unread-places';

/** Why parts of the picture are missing, one sentence each, for a person rather than for a list of checks. */
export function gapsOf(host: Host, { notChecked, findings }: ShelfResult): readonly string[] {
  const memory = host.inputs.get('pslist');
  const psaux = host.inputs.get('psaux');
  const listing = host.inputs.get('bodyfile');
  const noMemory = memory?.usable === false && psaux?.usable === false;
  const rest = notChecked.filter(
    ({ why }) =>
      !/^No window|no finding was given|YARA was not run|no file contents|no memory outputs|Windows machine|no symbols|no bodyfile/.test(
        why,
      ),
  );
  return [
    ...(noMemory
      ? [
          `Memory was not analysed (${memory.why.replace(/^linux\.pslist: /, '')}): ${host.volatile === undefined ? 'running programs, connections and typed commands' : 'typed commands, injected code and changes to the kernel'} are unknown.`,
        ]
      : []),
    ...(listing?.usable === false
      ? [`The disk’s files were not analysed (${listing.why}): what was dropped, changed or deleted is unknown.`]
      : []),
    ...partlyRead(host).map((what) => `Only part was read of ${what}.`),
    ...unreadPlaces(host.disk).map(({ looked, why }) => `Not read: ${looked} (${why}).`),
    ...rest.slice(0, 4).map(({ looked, why }) => `Not checked: ${looked} (${why}).`),
    ...(host.disk.contents.length === 0 &&
    findings.some(({ detector }) => detector === 'persistence-change' || detector === 'web-shell')
      ? ['What the changed files say was not read here: read them from the snapshot.']
      : []),
  ];
}

/** Inputs that were cut or damaged: what was read of them is evidence, what is missing from them is none. */
function partlyRead({ disk, memory, volatile, inputs }: Host): readonly string[] {
  const notes = [...inputs.values()].flatMap((state) => (state.usable && state.note !== undefined ? [state.note] : []));
  const unread = new Map<string, string>();
  for (const { file, problem } of [...disk.issues, ...memory.issues, ...(volatile?.issues ?? [])]) {
    if (!unread.has(file)) unread.set(file, `${named(file)} (${named(problem, 100)})`);
  }
  return [...notes, ...unread.values()].slice(0, 5);
}
