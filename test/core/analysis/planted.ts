/** One thing GROUND_TRUTH.md says was planted and a tool shows, and how a finding that names it reads. */
export interface Planted {
  readonly id: string;
  readonly what: string;
  /** Found in a finding's title or evidence. */
  readonly named: RegExp;
  /** Detectors of which at least one must name it. */
  readonly by: readonly string[];
  /** Evidence it needs. */
  readonly needs: readonly ('disk' | 'disk-after-shutdown' | 'any-disk' | 'memory')[];
}

const item = (id: string, what: string, named: RegExp, by: readonly string[], needs: Planted['needs']): Planted => ({
  id,
  what,
  named,
  by,
  needs,
});

/** D and M numbers are those of GROUND_TRUTH.md; what no tool shows (D7, D8 on the disk alone, D17) is not asked for there. */
export const PLANTED: readonly Planted[] = [
  item('D1', 'kit in /tmp/attack', /\/tmp\/attack\b.*backdoor-attack\.sh/s, ['tooling-in-tmp'], ['any-disk']),
  item('D2', 'queries.txt, still listed', /queries\.txt/, ['tooling-in-tmp'], ['disk']),
  item('D3', 'last-second.txt, only after shutdown', /last-second\.txt/, ['tooling-in-tmp'], ['disk-after-shutdown']),
  item('D4', 'miner deleted while running, inode 939', /\b939\b/, ['deleted-while-open'], ['disk']),
  item('D5', 'old access.log deleted while open, inode 4199', /\b4199\b/, ['deleted-while-open'], ['disk']),
  item('D5b', 'access.log replaced', /\/var\/log\/nginx\/access\.log was replaced/, ['log-tampering'], ['any-disk']),
  item('D6', 'text of the dropper in unallocated blocks', /LAB-DROPPER/, ['surviving-text'], ['any-disk']),
  item('D6m', 'dropper removed by command', /\/tmp\/ldr\.sh was removed/, ['deleted-file'], ['memory']),
  item('D7', 'index.html removed', /nginx\/html\/index\.html was removed/, ['deleted-file'], ['memory']),
  item('D8', 'root’s shell history removed', /\/root\/\.bash_history was removed/, ['deleted-file'], ['memory']),
  item('D9', 'xmrig with false times', /\/var\/tmp\/\.x\/xmrig was born/, ['timestomp'], ['any-disk']),
  item(
    'D10',
    'set-user-id shell',
    /\/var\/tmp\/\.x\/\.bk is a program that runs as root/,
    ['setuid-file'],
    ['any-disk'],
  ),
  item('D10t', 'set-user-id shell with false times', /\/var\/tmp\/\.x\/\.bk was born/, ['timestomp'], ['any-disk']),
  item('D11', 'ld.so.preload', /\/etc\/ld\.so\.preload/, ['persistence-change'], ['any-disk']),
  item('D12', 'cron table of root', /\/var\/spool\/cron\/crontabs\/root/, ['persistence-change'], ['any-disk']),
  item('D12b', 're-infector u.sh', /\bu\.sh\b/, ['tooling-in-tmp'], ['any-disk']),
  item('D13', 'attacker’s key', /\/root\/\.ssh\/authorized_keys/, ['persistence-change'], ['any-disk']),
  item('D13b', 'account in /etc/passwd', /\/etc\/passwd/, ['persistence-change'], ['any-disk']),
  item('D14', 'web shell', /\/uploads\/\.cache\.php may be a web shell/, ['web-shell'], ['any-disk']),
  item('D15', 'text of an old key file', /old deploy key/, ['surviving-text'], ['any-disk']),
  item(
    'M1',
    'deleted program',
    /kdevtmpfsi \(pid 447\) runs \/tmp\/kdevtmpfsi, which is deleted/,
    ['process-deleted-program'],
    ['disk', 'memory'],
  ),
  item('M1k', 'forged kernel thread', /447\) shows itself as \[kworker/, ['kernel-thread-lookalike'], ['memory']),
  item('M1t', 'miner by name', /kdevtmpfsi \(pid 447\) is a cryptocurrency miner/, ['known-tool'], ['memory']),
  item('M2', 'miner xmrig', /xmrig \(pid 378\) is a cryptocurrency miner/, ['known-tool'], ['memory']),
  item('M2p', 'xmrig runs from a hidden place', /378\) runs \/var\/tmp\/\.x\/xmrig/, ['process-odd-place'], ['memory']),
  item('M2e', 'history switched off', /HISTFILE=\/dev\/null/, ['history-hidden'], ['memory']),
  item(
    'M3',
    'reverse shell',
    /bash \(pid 287\) is a shell driven from 203\.0\.113\.66:4444/,
    ['reverse-shell'],
    ['memory'],
  ),
  item(
    'M4',
    'pool connection of xmrig',
    /378\) is connected to 192\.0\.2\.80:3333/,
    ['suspect-connection'],
    ['memory'],
  ),
  item(
    'M4b',
    'pool connection of kdevtmpfsi',
    /447\) is connected to 192\.0\.2\.80:3333/,
    ['suspect-connection'],
    ['memory'],
  ),
  item(
    'M5',
    'listener on 31337',
    /nc \(pid 397\) waits for connections on 0\.0\.0\.0:31337/,
    ['unexpected-listener'],
    ['memory'],
  ),
  item(
    'M5b',
    'preloaded library',
    /\/usr\/local\/lib\/libsystem\.so is loaded into nc/,
    ['preload'],
    ['any-disk', 'memory'],
  ),
  item('M6', 'injected page of xmrig', /xmrig \(pid 378\) has a region/, ['injected-memory'], ['memory']),
  item('M6b', 'injected page of kdevtmpfsi', /kdevtmpfsi \(pid 447\) has a region/, ['injected-memory'], ['memory']),
  item('M7', 'hidden module', /kernel module lab_hidden/, ['hidden-module'], ['memory']),
  item('M8', 'commands typed in the reverse shell', /Typed in bash \(pid 287\)/, ['typed-commands'], ['memory']),
  item(
    'M9',
    'pool.cfg held open in /dev/shm',
    /\/dev\/shm\/\.x\/pool\.cfg is held open/,
    ['open-odd-file'],
    ['memory'],
  ),
  item(
    'M10',
    'deleted file in the page cache',
    /\/tmp\/kdevtmpfsi is in the page cache/,
    ['deleted-file'],
    ['disk', 'memory'],
  ),
];

/** Findings that are true though nobody planted them: the harness worked on the same machine (GROUND_TRUTH.md, "Harness in memory"). */
export const HARNESS: readonly RegExp[] = [/Typed in bash \(pid 221\)/, /nc \(pid (?:244|248)\) waits for connections/];

/** Planted things named once more from another side. */
export const AGAIN: readonly RegExp[] = [
  /kdevtmpfsi \(pid 447\) runs \/tmp\/kdevtmpfsi from a temporary place/,
  /\/tmp\/kdevtmpfsi was removed/,
  /\/tmp\/attack\/queries\.txt is in the page cache/,
  /XMRig/,
  /requests of an attack on the web server/,
];
