import { unreachable } from '../../errors';
import type { InputName, InputState, InputStates } from '../detect/inputs';
import type { PluginOutcome } from '../memory/plugin-outcome';
import { PLUGINS, type PluginName } from '../memory/plugins';
import type { MemoryFacts } from '../memory/read-memory';
import type { VolatileFacts } from '../memory/read-volatile';
import type { DiskFileNames } from './disk-files';
import type { DiskOutputs } from './read-disk';

interface Rest {
  readonly volatile: VolatileFacts | undefined;
  readonly finding: boolean;
  /** Why there is no window; undefined when there is one. */
  readonly window: string | undefined;
}

/** Which inputs can be rested on, and what stands in the way of the others. An empty output was read; a missing one was not. */
export function inputStates(memory: MemoryFacts, disk: DiskOutputs, names: DiskFileNames, rest: Rest): InputStates {
  const states = new Map<InputName, InputState>(diskStates(disk, names));
  for (const plugin of PLUGINS) states.set(plugin, pluginState(plugin, memory.outcomes.get(plugin)));
  states.set('volatile-state', given(rest.volatile !== undefined, 'no volatile state was recorded'));
  states.set('finding', given(rest.finding, 'no finding was given'));
  states.set('window', rest.window === undefined ? { usable: true } : { usable: false, why: rest.window });
  return states;
}

function diskStates(disk: DiskOutputs, names: DiskFileNames): readonly (readonly [InputName, InputState])[] {
  const empty = 'the bodyfile is empty: the file system could not be read';
  const listing = names.bodyfiles.length > 0 ? empty : 'no bodyfile is among the evidence';
  const systems = disk.fileSystems.length > 0;
  const copies = names.recovered.length + names.recoveredIndex.length > 0;
  return [
    ['bodyfile', given(disk.listing.rows > 0, listing)],
    ['fls-deleted', given(names.deleted.length > 0, 'no output of fls -rd is among the evidence')],
    ['fsstat', given(systems, 'no output of fsstat is among the evidence, or it knew none of the file systems')],
    ['ils-orphans', given(disk.inodesRead || systems, 'neither ils -e nor fsstat is among the evidence')],
    ['strings', given(names.strings.length > 0, 'no text of unallocated blocks is among the evidence')],
    ['recovered', given(copies, 'no recovered files are among the evidence')],
    ['contents', given(names.recoveredIndex.length > 0, 'no file contents are among the evidence')],
    ['yara', given(names.yara.length > 0, 'YARA was not run')],
    ['package-sums', given(names.altered.length > 0, 'no package’s list of sums was read')],
  ];
}

function given(usable: boolean, why: string): InputState {
  return usable ? { usable: true } : { usable: false, why };
}

function pluginState(plugin: PluginName, outcome: PluginOutcome | undefined): InputState {
  if (outcome === undefined) return { usable: false, why: `linux.${plugin} was not read` };
  switch (outcome.kind) {
    case 'ok':
    case 'empty':
      return { usable: true };
    case 'crashed':
      // Rows read before the end are evidence; their absence is not.
      return outcome.rows > 0
        ? { usable: true, note: `linux.${plugin}: ${outcome.why}` }
        : { usable: false, why: `linux.${plugin}: ${outcome.why}` };
    case 'no-symbols':
    case 'missing':
    case 'unknown-plugin':
      return { usable: false, why: `linux.${plugin}: ${outcome.why}` };
    default:
      return unreachable(outcome);
  }
}
