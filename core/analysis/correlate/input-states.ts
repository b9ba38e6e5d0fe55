import { unreachable } from '../../errors';
import { INPUTS, type InputName, type InputState, type InputStates } from '../detect/inputs';
import type { PluginOutcome } from '../memory/plugin-outcome';
import { PLUGINS, type PluginName } from '../memory/plugins';
import type { MemoryFacts } from '../memory/read-memory';
import type { VolatileFacts } from '../memory/read-volatile';
import type { DiskFileNames } from './disk-files';
import type { DiskOutputs } from './read-disk';

/** Which inputs can be rested on, and what stands in the way of the others. */
export function inputStates(
  memory: MemoryFacts,
  disk: DiskOutputs,
  names: DiskFileNames,
  rest: {
    readonly volatile: VolatileFacts | undefined;
    readonly finding: boolean;
    readonly window: string | undefined;
  },
): InputStates {
  const states = new Map<InputName, InputState>();
  for (const plugin of PLUGINS) states.set(plugin, pluginState(plugin, memory.outcomes.get(plugin)));
  states.set(
    'bodyfile',
    given(
      disk.listing.rows > 0,
      names.bodyfiles.length > 0
        ? 'the bodyfile is empty: the file system could not be read'
        : 'no bodyfile is among the evidence',
    ),
  );
  states.set('fls-deleted', given(names.deleted.length > 0, 'no output of fls -rd is among the evidence'));
  states.set(
    'fsstat',
    given(
      disk.fileSystems.length > 0,
      'no output of fsstat is among the evidence, or it knew none of the file systems',
    ),
  );
  states.set(
    'ils-orphans',
    given(disk.inodesRead || disk.fileSystems.length > 0, 'neither ils -e nor fsstat is among the evidence'),
  );
  states.set('strings', given(disk.strings.length > 0, 'no text of unallocated blocks is among the evidence'));
  states.set('recovered', given(disk.recovered.length > 0, 'no recovered files are among the evidence'));
  states.set('contents', given(disk.contents.length > 0, 'no file contents are among the evidence'));
  states.set('yara', given(names.yara.length > 0, 'YARA was not run'));
  states.set('volatile-state', given(rest.volatile !== undefined, 'no volatile state was recorded'));
  states.set('finding', given(rest.finding, 'no finding was given'));
  states.set('window', rest.window === undefined ? { usable: true } : { usable: false, why: rest.window });
  for (const input of INPUTS)
    if (!states.has(input)) states.set(input, { usable: false, why: 'not among the evidence' });
  return states;
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
