import { PLUGINS, type PluginName } from '../memory/plugins';

const DISK_INPUTS = [
  'bodyfile',
  'fls-deleted',
  'fsstat',
  'ils-orphans',
  'strings',
  'recovered',
  'contents',
  'yara',
  'package-sums',
] as const;

/** A kind of evidence a detector rests on. */
export type InputName = PluginName | (typeof DISK_INPUTS)[number] | 'volatile-state' | 'finding' | 'window';

/** Whether an input could be used, and what stands in the way when not. */
export type InputState =
  | { readonly usable: true; readonly note?: string }
  | { readonly usable: false; readonly why: string };

export type InputStates = ReadonlyMap<InputName, InputState>;

/** All inputs, in the order in which reports name them. */
export const INPUTS: readonly InputName[] = [...DISK_INPUTS, ...PLUGINS, 'volatile-state', 'finding', 'window'];

/** How a person would call the input. */
export function inputTitle(input: InputName): string {
  switch (input) {
    case 'bodyfile':
      return 'file listing with times (bodyfile)';
    case 'fls-deleted':
      return 'deleted names (fls -rd)';
    case 'fsstat':
      return 'file system facts (fsstat)';
    case 'ils-orphans':
      return 'files deleted while open (ils -e)';
    case 'strings':
      return 'text in unallocated blocks';
    case 'recovered':
      return 'recovered content';
    case 'contents':
      return 'contents of files in telling places';
    case 'yara':
      return 'YARA rules';
    case 'package-sums':
      return 'sums of packages’ programs';
    case 'volatile-state':
      return 'volatile state of the running machine';
    case 'finding':
      return 'the GuardDuty finding';
    case 'window':
      return 'an attack window';
    default:
      return `Volatility linux.${input}`;
  }
}
