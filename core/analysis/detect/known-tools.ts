/** A program known from intrusions. Names are public knowledge of malware reports and of the tools' own projects. */
export interface KnownTool {
  readonly family: string;
  readonly technique: string;
  /** How much the name alone says: a miner's name is seldom anything else, `nc` is on every machine. */
  readonly strength: 'strong' | 'weak';
  readonly name: RegExp;
}

const tool = (family: string, technique: string, strength: 'strong' | 'weak', name: RegExp): KnownTool => ({
  family,
  technique,
  strength,
  name,
});

/** Matched against a program's file name, its process name and its first argument, whole. */
export const KNOWN_TOOLS: readonly KnownTool[] = [
  tool(
    'cryptocurrency miner',
    'T1496',
    'strong',
    /^(?:xmrig(?:[-.\w]*)|xmr-stak(?:[-\w]*)|minerd|cpuminer(?:[-\w]*)|ccminer|cgminer|bfgminer|ethminer|nbminer|t-rex|phoenixminer|lolminer|teamredminer|nanominer|srbminer(?:[-\w]*)|nheqminer|claymore|minergate(?:[-\w]*)|randomx|sgminer|gminer|kdevtmpfsi|kinsing|watchbog|sysrv\d*|tsm(?:32|64)|kthrotlds|pnscan_miner|cryptonight|c3pool|moneroocean|xmrigdaemon|xmrigminer|bioset_miner|dbused|hezb|solrd|networkservice|sysupdate|sysguard|khugepageds|ksoftirqds|kswapd00|kworkerds|rcu_tasked|\[?kthreaddk\]?|perfcc|perfctl)$/i,
  ),
  tool(
    'remote control agent',
    'T1219',
    'strong',
    /^(?:meterpreter|mettle|msf(?:venom|console)|sliver(?:-client|-server)?|merlinagent|pupy\w*|empire|cobaltstrike|beacon|havoc|mythic|poseidon|gsocket|gs-netcat|gs-sd|reverse_ssh|rssh|chashell|tsh|tshd|bpfdoor|rekoobe|tinyshell|pwnc?at|villain|platypus|supershell|vshell)$/i,
  ),
  tool(
    'tunnel or proxy',
    'T1090',
    'strong',
    /^(?:chisel|frpc|frps|ligolo(?:-ng|-agent)?|revsocks|earthworm|ew_for_linux\w*|iox|nps|npc|ngrok|rathole|gost|stowaway\w*|proxychains4?|3proxy|bore|pivotnacci|regeorg|neoregeorg|wstunnel)$/i,
  ),
  tool(
    'DNS tunnel',
    'T1071.004',
    'strong',
    /^(?:iodined?|dnscat2?|dns2tcp[cd]?|dnsteal|dnsexfiltrator|det|dns-shell|ozymandns|heyoka)$/i,
  ),
  tool(
    'bot',
    'T1583.005',
    'strong',
    /^(?:mirai|gafgyt|tsunami|kaiten|xorddos|mozi(?:\.[am])?|hajime|muhstik|perlbot|shellbot|billgates|chinaz|dofloo|mayday|skidmap|pwnrig|dota3?|rsync_dota|outlaw)$/i,
  ),
  tool(
    'credential or privilege tool',
    'T1003',
    'strong',
    /^(?:mimipenguin(?:\.sh|\.py)?|lazagne(?:\.py)?|linpeas(?:\.sh)?|linenum(?:\.sh)?|lse\.sh|les\.sh|pspy(?:32|64)?s?|swap_digger|hydra|medusa|ncrack|john|hashcat|crowbar|dirtycow|dirtypipe|pwnkit|gtfonow|traitor(?:-\w+)?|cve-\d{4}-\d{4,}\w*)$/i,
  ),
  tool(
    'scanner',
    'T1046',
    'strong',
    /^(?:masscan|zmap|zgrab2?|pnscan|rustscan|fscan(?:_\w+)?|goby|nuclei|sqlmap|gobuster|ffuf|feroxbuster|kscan|dddd)$/i,
  ),
  tool(
    'log cleaner or rootkit',
    'T1014',
    'strong',
    /^(?:diamorphine|reptile(?:_cmd)?|suterusu|azazel|jynx2?|vlany|bedevil|bdvl|libprocesshider(?:\.so)?|processhider|wipe|logtamper|mig-logcleaner|sshdoor|ebury|medusa_rk|kovid|singularity|symbiote)$/i,
  ),
  tool('network tool', 'T1095', 'weak', /^(?:nc|ncat|netcat|nc\.(?:openbsd|traditional)|socat|telnet|cryptcat)$/i),
  tool('network scanner', 'T1046', 'weak', /^(?:nmap|tcpdump|tshark|arp-scan|nbtscan|hping3?)$/i),
];

/** The known tool a name belongs to. `name` is a file name without folders. */
export function knownTool(name: string): KnownTool | undefined {
  return KNOWN_TOOLS.find((known) => known.name.test(name));
}

/** Arguments that give a miner away whatever it is called. */
export const MINER_ARGUMENTS =
  /stratum\+(?:tcp|ssl|tls)|--donate-level|--randomx|--coin[= ]|--algo[= ](?:rx|cn|cryptonight|argon2)|--nicehash|--rig-id|--cpu-max-threads-hint|\s-o\s+\S+:\d{2,5}\s.*(?:-u|--user)\s|\bpool\.\S+:\d{2,5}|--url[= ]\S+:(?:3333|4444|5555|7777|14444|14433|45560|45700)/i;

/** Ports on which mining pools listen by habit. */
export const POOL_PORTS: ReadonlySet<number> = new Set([
  3333, 3334, 3335, 4444, 5555, 5556, 6666, 7777, 8888, 9999, 13333, 14433, 14444, 20535, 45560, 45700,
]);

/** Ports known from back doors and handlers' defaults. */
export const BACKDOOR_PORTS: ReadonlySet<number> = new Set([
  1234, 1337, 2323, 3131, 4444, 4445, 5554, 6666, 6667, 6697, 7777, 9001, 9999, 10101, 12345, 12346, 13337, 20034,
  27374, 31337, 31338, 54321, 60001, 65535,
]);

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'tcsh', 'csh', 'fish', 'rbash', 'busybox']);
const INTERPRETERS =
  /^(?:python(?:\d(?:\.\d+)?)?|perl(?:\d.*)?|ruby(?:\d.*)?|php(?:\d.*)?|node|nodejs|lua(?:\d.*)?|awk|gawk|mawk|tclsh)$/;

export function isShell(name: string): boolean {
  return SHELLS.has(name.replace(/^-/, ''));
}

export function isInterpreter(name: string): boolean {
  return INTERPRETERS.test(name);
}

/** Programs that take requests from outside and should never start a shell. */
export function isWebServer(name: string): boolean {
  return /^(?:nginx|apache2|httpd|lighttpd|caddy|php-fpm[\d.]*|php-cgi|tomcat\d*|catalina|java|node|nodejs|gunicorn|uwsgi|puma|unicorn|jetty|w3wp|gitlab-workhors|haproxy|envoy)$/i.test(
    name,
  );
}

/** Names a kernel thread bears. */
export function looksLikeKernelThread(name: string): boolean {
  return /^\[?(?:kworker\/|kthreadd$|ksoftirqd\/|migration\/|rcu_(?:gp|par_gp|sched|preempt|tasks|bh)|cpuhp\/|watchdog(?:d|\/)|kswapd\d|kcompactd\d|khugepaged$|ksmd$|kdevtmpfs$|kauditd$|khungtaskd$|oom_reaper$|writeback$|kblockd$|jbd2\/|ext4-rsv-|xfsaild\/|xfs-|scsi_eh_|kstrp$|irq\/\d|mm_percpu_wq$|netns$|kintegrityd$|idle_inject\/|edac-poller$|blkcg_punt_bio$|nvme-|card\d-crtc)/.test(
    name,
  );
}
