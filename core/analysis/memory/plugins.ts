/** The Volatility 3 plugins that are read, by the name after `linux.`; a plugin moved to `linux.malware.` keeps its name. */
export const PLUGINS = [
  'pslist',
  'psscan',
  'pstree',
  'psaux',
  'pidhashtable',
  'bash',
  'lsof',
  'sockstat',
  'malfind',
  'lsmod',
  'check_syscall',
  'check_modules',
  'hidden_modules',
  'envars',
  'elfs',
  'proc.maps',
  'kmsg',
  'mountinfo',
  'pagecache.files',
  'library_list',
  'check_creds',
  'check_idt',
  'check_afinfo',
  'tty_check',
  'keyboard_notifiers',
  'netfilter',
  'ebpf',
] as const;

export type PluginName = (typeof PLUGINS)[number];

/** Other names of the same output. */
const ALIASES: Readonly<Record<string, PluginName>> = {
  netstat: 'sockstat',
  'proc.proc_maps': 'proc.maps',
  proc_maps: 'proc.maps',
  maps: 'proc.maps',
  pagecache: 'pagecache.files',
  envvars: 'envars',
};

/**
 * The plugin whose stdout a file holds, from its name: `memory/linux.pslist.json`, `linux.pslist.PsList.json`,
 * `linux.malware.malfind.Malfind.jsonl`, `pslist.json`; undefined for other files.
 */
export function pluginOf(fileName: string): PluginName | undefined {
  const base = fileName.split('/').at(-1) ?? '';
  const shape = /^(.+)\.(?:json|jsonl|txt|stdout)$/i.exec(base);
  if (shape?.[1] === undefined) return undefined;
  const name = shape[1].toLowerCase().replace(/^(?:vol(?:atility)?3?[._])?(?:linux[._])?(?:malware\.)?/, '');
  for (const plugin of PLUGINS) {
    if (name === plugin || name.startsWith(`${plugin}.`)) return plugin;
  }
  return ALIASES[name] ?? ALIASES[name.split('.')[0] ?? ''];
}
