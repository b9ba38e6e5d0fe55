import type { Theme } from './finding';
import { MINER_ARGUMENTS } from './known-tools';

/** A command line that people who break in type and administrators seldom do. */
export interface CommandPattern {
  readonly says: string;
  readonly technique: string;
  readonly theme: Theme;
  /** 1: administrators do it too; 2: rarely; 3: hardly ever. */
  readonly strength: 1 | 2 | 3;
  readonly pattern: RegExp;
}

const command = (
  strength: 1 | 2 | 3,
  technique: string,
  theme: Theme,
  says: string,
  pattern: RegExp,
): CommandPattern => ({
  says,
  technique,
  theme,
  strength,
  pattern,
});

const SET_ID = '\\bchmod\\s+(?:-\\S+\\s+)*(?:[24567]\\d{3}|[ugoa]*\\+\\w*s)\\b';
const TMP = '/(?:tmp|var/tmp|dev/shm)/';

export const COMMAND_PATTERNS: readonly CommandPattern[] = [
  command(3, 'T1496', 'execution', 'starts a miner', MINER_ARGUMENTS),
  command(
    3,
    'T1059.004',
    'access',
    'opens a reverse shell',
    /\/dev\/(?:tcp|udp)\/[\w.$]+\/|\/inet\/(?:tcp|udp)\/|(?:\bnc|\bncat|\bnetcat)\b[^|;&]*\s(?:-[a-z]*[ec]|--(?:sh-)?exec)[\s=]*["']?(?:\/\S*\/)?(?:ba|da|z|k)?sh\b|socat\b.*exec:|pty\.spawn|mkfifo\s+\S+\s*[;&|].*\b(?:nc|ncat|telnet|openssl)\b|(?:\bsocket\b|TCPSocket|IO::Socket|fsockopen|net\.(?:Socket|connect)).*(?:dup2|subprocess|\bexec\b|\bspawn|\bsystem\b|child_process|(?:\/bin\/|\b)(?:ba)?sh\b)|(?:telnet|openssl\s+s_client)\s[^|;]*\|\s*(?:\/bin\/)?(?:ba|da)?sh\b|(?:ba|da)?sh\s+-i\b[^|]*\|\s*(?:telnet|openssl)\b|bash\s+-i\s*[>&]/i,
  ),
  command(
    3,
    'T1105',
    'execution',
    'fetches a program and runs it',
    /\b(?:curl|wget|fetch)\b[^|;]*(?:http:\/\/|\b\d{1,3}(?:\.\d{1,3}){3}\b)[^|;]*\|\s*(?:sudo\s+)?(?:ba|da|z)?sh\b|base64(?:\s+|,)(?:-d|--decode)[^|;]*\|\s*\{?(?:ba|da)?sh\b|eval\s+"?\$\((?:curl|wget)|python[\d.]*\s+-c\s+.*(?:urlopen|exec\()/i,
  ),
  command(
    2,
    'T1105',
    'execution',
    'fetches a script and runs it',
    /\b(?:curl|wget)\b[^|;]*https:\/\/[^|;]*\|\s*(?:sudo\s+)?(?:-\w+\s+)*(?:ba|da|z)?sh\b/i,
  ),
  command(
    2,
    'T1105',
    'execution',
    'fetches a file into a temporary place',
    new RegExp(`\\b(?:curl|wget|scp|ftp|tftp|nc|ncat)\\b[^;&|]*(?:-[oOP]\\s*|>\\s*|\\s)${TMP}`, 'i'),
  ),
  command(3, 'T1036.005', 'hiding', 'runs a program under a false name', /\bexec\s+-a\s/),
  command(
    2,
    'T1059.004',
    'execution',
    'runs a program from a temporary place',
    new RegExp(`(?:^|[;&|(]|\\b(?:nohup|setsid|bash|sh|sudo)\\s)\\s*(?:\\S+=\\S+\\s+)*["']?${TMP}\\S+`),
  ),
  command(
    2,
    'T1222.002',
    'execution',
    'makes a file in a temporary place executable',
    new RegExp(`\\bchmod\\s+\\S*[+157]\\S*\\s.*${TMP}`),
  ),
  command(
    3,
    'T1548.001',
    'persistence',
    'makes a set-user-id program',
    new RegExp(`${SET_ID}\\s+["']?(?:\\./|(?:${TMP}|/home/|/root/|/dev/)|/(?:usr/)?bin/(?:ba|da|z|k)?sh\\b|[^/\\s])`),
  ),
  command(2, 'T1548.001', 'persistence', 'makes a program of the system set-user-id', new RegExp(SET_ID)),
  command(3, 'T1070.006', 'hiding', 'gives a file false times', /\btouch\s+(?:-\w+\s+)*-\w*r\b|\btouch\s+--reference/),
  command(2, 'T1070.006', 'hiding', 'sets the time of a file', /\btouch\s+(?:-\w+\s+)*-\w*[td]\b|\btouch\s+--date/),
  command(3, 'T1574.006', 'persistence', 'has a library loaded into every program', /\/etc\/ld\.so\.preload/),
  command(2, 'T1574.006', 'hiding', 'has a library loaded into a program', /\bLD_(?:PRELOAD|AUDIT)=\S/),
  command(2, 'T1098.004', 'persistence', 'adds an SSH key', />>?\s*["']?\S*\.ssh\/authorized_keys/),
  command(
    3,
    'T1136.001',
    'persistence',
    'writes an account by hand',
    />>?\s*["']?\/etc\/(?:passwd|shadow|group)\b|\buseradd\b.*\s-o\b/,
  ),
  command(
    1,
    'T1136.001',
    'persistence',
    'adds an account',
    /\b(?:useradd|adduser|chpasswd)\s|\busermod\b.*-a?G\s+(?:sudo|wheel|root)/,
  ),
  command(2, 'T1548.003', 'persistence', 'writes a sudo rule', />>?\s*["']?\/etc\/(?:sudoers|doas)|NOPASSWD/),
  command(
    2,
    'T1053.003',
    'persistence',
    'writes a cron table',
    />>?\s*["']?\/(?:var\/spool\/cron|etc\/cron)|\|\s*crontab\b|\bcrontab\s+(?:-u\s+\S+\s+)?[/\w.]+\/\S+/,
  ),
  command(
    2,
    'T1543.002',
    'persistence',
    'writes a systemd unit',
    />>?\s*["']?\S*\/systemd\/(?:system|user)\/\S+|\btee\s+\S*\/systemd\/system\//,
  ),
  command(1, 'T1543.002', 'persistence', 'enables a systemd unit', /\bsystemctl\s+(?:--\S+\s+)*enable\b/),
  command(
    2,
    'T1546.004',
    'persistence',
    'writes a shell start-up file',
    />>?\s*["']?\S*(?:\/etc\/(?:profile|bash\.bashrc|rc\.local)|\/?\.(?:bashrc|profile|bash_profile|zshrc))/,
  ),
  command(
    3,
    'T1505.003',
    'persistence',
    'writes a web page that runs code',
    />\s*["']?\S*\.(?:php|phtml|jspx?|aspx?)\b|<\?php\b.*(?:eval|system|exec|passthru|assert|base64_decode|shell_exec|webshell)/i,
  ),
  command(
    2,
    'T1070.003',
    'traces',
    'keeps or wipes the shell history',
    /\bhistory\s+-[cw]|\bunset\s+HISTFILE|HISTFILE=(?:\/dev\/null|$|\s)|HISTSIZE=0|HISTFILESIZE=0|set\s+\+o\s+history|(?:\brm|\bshred|\btruncate|\bunlink|\bln\s+-\w*s\w*\s+\/dev\/null)\b.*_history\b|>\s*\S*_history\b/,
  ),
  command(
    3,
    'T1070.002',
    'traces',
    'edits or removes a log',
    /\bsed\s+-\w*i\S*\s.*\/var\/(?:log|run\/[uw]tmp)|(?:(?:\brm|\bshred|\btruncate|\bunlink)\b.*|(?:^|[^>2])>\s*|cat\s+\/dev\/null\s*>\s*)\/var\/log\/(?:\S*\/)?(?:wtmp|btmp|lastlog|auth|secure|messages|syslog|audit|\S*access|faillog|cron|journal|\*|\s|$)|\bjournalctl\s+--vacuum-(?:time=1s|size=1)|\butmpdump\b/,
  ),
  command(
    2,
    'T1070.002',
    'traces',
    'empties or removes a log of a program',
    /(?:(?:\brm|\bshred|\btruncate|\bunlink)\b.*|(?:^|[^>2])>\s*)\/var\/log\//,
  ),
  command(1, 'T1070.004', 'traces', 'removes files', /\b(?:rm|unlink)\s+(?:-\w+\s+)*\//),
  command(3, 'T1070.004', 'traces', 'destroys files beyond recovery', /\bshred\s/),
  command(
    2,
    'T1485',
    'traces',
    'overwrites a file or a disk',
    /\bdd\s+if=\/dev\/(?:zero|u?random)\s+of=\/(?!dev\/null|swap|var\/swap|mnt\/swap)/,
  ),
  command(
    2,
    'T1547.006',
    'hiding',
    'loads a kernel module from outside the system',
    new RegExp(`\\binsmod\\s+(?!.*\\b(?:lime|avml|pmem)\\b)\\S*(?:${TMP}|/root/|/home/|\\./)`),
  ),
  command(
    2,
    'T1562.001',
    'hiding',
    'switches protection off',
    /\bsetenforce\s+0|\b(?:systemctl|service)\s+(?:stop|disable|mask)\s+\S*(?:auditd|apparmor|firewalld|ufw|falcon|osquery|crowdstrike|amazon-ssm|guardduty|rsyslog|syslog|iptables)|\biptables\s+-(?:F|X)\b|\bufw\s+disable|\bauditctl\s+-(?:e\s*0|D)|aliyun|\bchattr\s+\S*[+-]i/,
  ),
  command(
    2,
    'T1552.005',
    'credentials',
    'asks the instance metadata for credentials',
    /169\.254\.169\.254|metadata\.google\.internal|fd00:ec2::254/,
  ),
  command(
    2,
    'T1552.001',
    'credentials',
    'reads stored credentials',
    /\b(?:cat|less|more|head|tail|grep|cp|scp|tar|base64|xxd|curl)\b.*(?:\.aws\/(?:credentials|config)|\/etc\/shadow|\.ssh\/id_|\.kube\/config|\.docker\/config\.json|\.git-credentials|\.netrc|\.pgpass|wp-config\.php|\.env\b)|\b(?:unshadow|getent\s+shadow)\b/,
  ),
  command(2, 'T1571', 'access', 'listens on a port', /\b(?:nc|ncat|netcat)\b[^|;&]*\s-\w*l\w*/),
  command(
    2,
    'T1071.004',
    'network',
    'sends many DNS queries',
    /\bdig\s+(?:\S+\s+)*-f\s|(?:for|while)\b.*\b(?:dig|nslookup|host)\s|\b(?:dig|nslookup|host)\s+[^;|&]*(?:\$\(|`|\$\{)|\|\s*xargs\b.*\b(?:dig|nslookup|host)\b/,
  ),
  command(
    1,
    'T1071.004',
    'network',
    'asks for a name of unusual shape',
    /\b(?:dig|nslookup|host)\s+(?:\S+\s+)*[\w-]{32,}\./,
  ),
  command(
    3,
    'T1048',
    'network',
    'sends data out',
    /\b(?:tar|zip|gzip|cat|base64)\b[^;&]*\|\s*(?:[^;&]*\|\s*)?(?:(?:nc|ncat)\b(?![^|;&]*\s-\w*l)|(?:curl|openssl\s+s_client)\b)|\bcurl\b[^;&|]*(?:--data-binary|-T|--upload-file|-F)\s+["']?@?\/(?:etc|home|root|var)\//,
  ),
  command(
    1,
    'T1033',
    'access',
    'looks around',
    /^\s*(?:id|whoami|w|who|last|uname -a|hostname|ifconfig|ip a(?:ddr)?|cat \/etc\/(?:passwd|os-release|issue))\s*(?:$|;)/,
  ),
];

/** Where someone who just got in looks first; one of them is a habit, three in one line a sign. */
export function patternsOf(text: string): readonly CommandPattern[] {
  return COMMAND_PATTERNS.filter(({ pattern }) => pattern.test(text));
}

/** The strongest sign in a command line, 0 when there is none. */
export function strengthOf(text: string): number {
  return Math.max(0, ...patternsOf(text).map(({ strength }) => strength));
}

/** Files a command removes: absolute paths after `rm`, `unlink` or `shred`. */
export function removedPaths(text: string): readonly string[] {
  const removed: string[] = [];
  for (const [, rest] of text.matchAll(/\b(?:rm|unlink|shred)\s+([^;&|]*)/g)) {
    for (const word of (rest ?? '').split(/\s+/)) {
      const path = word.replace(/^["']|["')]+$/g, '');
      if (/^\/[^*?[\]{}$]+$/.test(path)) removed.push(path);
    }
  }
  return removed;
}
