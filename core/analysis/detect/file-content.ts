import type { SourceLine } from '../parse-result';
import { COMMAND_PATTERNS, patternsOf } from './command-patterns';
import { evidenceOf, named } from './describe';
import type { Confidence, Detection, Detector, Theme } from './finding';
import type { FileContent, Host } from './host';
import { inDocumentRoot, inTemporaryPlace, isServerScript, isShellHistory } from './paths';
import { persistencePlace } from './persistence-places';

export const fileContent: Detector = {
  id: 'file-content',
  title:
    'telling lines in start files, cron tables, accounts, keys, web scripts, history files and scripts in temporary places',
  technique: 'T1059.004',
  rationale: 'What a file says is surer than when it changed.',
  falsePositives: 'Administration scripts that fetch programs or set accounts; a history of legitimate work.',
  needs: [['contents', 'volatile-state']],
  run: (host) => host.disk.contents.flatMap((content) => detect(content, host)),
};

/** What a line of a file says, when it says something. */
interface Sign {
  readonly says: string;
  readonly technique: string;
  readonly theme: Theme;
  readonly confidence: Confidence;
  readonly text: string;
  readonly source: SourceLine;
}

function detect(content: FileContent, host: Host): readonly Detection[] {
  const signs = content.lines.flatMap(({ text, source }) => {
    const sign = signOf(content.path, text);
    return sign === undefined ? [] : [{ ...sign, text, source }];
  });
  const [best] = [...signs].sort((a, b) => RANK[b.confidence] - RANK[a.confidence]);
  if (best === undefined) return [];
  const file = host.disk.byPath.get(content.path);
  const fresh = file !== undefined && (host.inWindow(file.ctime) || host.inWindow(file.crtime));
  const says = [...new Set([best, ...signs].map((sign) => sign.says))];
  return [
    {
      title: `${named(content.path)} ${says.slice(0, 3).join('; ')}: ${named(best.text, 100)}`,
      confidence: best.confidence,
      because: `its content says so${fresh ? ', and it changed in the attack window' : ''}`,
      subject: { kind: 'file', path: content.path },
      theme: best.theme,
      technique: best.technique,
      evidence: evidenceOf([...signs.map(({ source }) => source), fresh ? file.source : undefined], 12),
      ...(fresh ? { at: file.ctime * 1000 } : {}),
      weight: best.confidence === 'high' ? 81 : best.confidence === 'medium' ? 51 : 17,
    },
  ];
}

const RANK: Readonly<Record<Confidence, number>> = { high: 2, medium: 1, low: 0 };

const RUNS_FROM_TEMPORARY = /(?:^|[\s=;&|"'`(])(?:\/tmp|\/var\/tmp|\/dev\/shm)\/\S+/;

function signOf(path: string, line: string): Omit<Sign, 'source' | 'text'> | undefined {
  if (/^\s*(?:#(?!!)|\/\/|;|$)/.test(line) && !/^\/etc\/(?:passwd|shadow)/.test(path)) return undefined;
  if (/^\/etc\/passwd$/.test(path)) return accountSign(line);
  if (path === '/etc/ld.so.preload')
    return sign('names a library for every program', 'T1574.006', 'persistence', 'medium');
  if (inDocumentRoot(path) && isServerScript(path)) return webSign(line);
  if (/^\/etc\/(?:sudoers|sudoers\.d\/)/.test(path)) return sudoSign(line);
  if (/^\/etc\/pam\./.test(path)) return loginSign(line);
  const place = persistencePlace(path);
  if (place !== undefined) return startSign(line, place.technique);
  if (isShellHistory(path)) return commandSign(line, 'holds commands of an intruder');
  return inTemporaryPlace(path) ? commandSign(line, 'holds commands') : undefined;
}

function sign(says: string, technique: string, theme: Theme, confidence: Confidence): Omit<Sign, 'source' | 'text'> {
  return { says, technique, theme, confidence };
}

function accountSign(line: string): Omit<Sign, 'source' | 'text'> | undefined {
  const [name, password, uid, , , , shell] = line.split(':');
  if (name === undefined || uid === undefined) return undefined;
  if (uid === '0' && name !== 'root' && !/^(?:toor|r00t_backup)$/.test(name))
    return sign('has a second account with all rights', 'T1136.001', 'persistence', 'high');
  if (password === '' && !/(?:nologin|false)$/.test(shell ?? ''))
    return sign('has an account without a password', 'T1136.001', 'persistence', 'high');
  return undefined;
}

/** Accounts of services: none of them has to become root. */
const SERVICES =
  /^(?:www-data|apache|nginx|httpd|http|nobody|daemon|mail|tomcat\d*|postgres|mysql|redis|git|ftp|games|php-fpm)\s/;

function sudoSign(line: string): Omit<Sign, 'source' | 'text'> | undefined {
  if (!/NOPASSWD:\s*ALL|=\s*\(?ALL/.test(line)) return undefined;
  if (SERVICES.test(line)) return sign('lets the account of a service become root', 'T1548.003', 'persistence', 'high');
  return /^ALL\s/.test(line) && /NOPASSWD/.test(line)
    ? sign('lets everybody become root', 'T1548.003', 'persistence', 'high')
    : undefined;
}

function loginSign(line: string): Omit<Sign, 'source' | 'text'> | undefined {
  if (/pam_exec\.so.*expose_authtok/.test(line))
    return sign('hands the passwords of logins to a program', 'T1556.003', 'credentials', 'high');
  return /^auth\s+sufficient\s+pam_permit\.so|^auth\s+sufficient\s+\/(?:tmp|var\/tmp|dev\/shm)\//.test(line)
    ? sign('lets everybody in', 'T1556.003', 'persistence', 'high')
    : undefined;
}

function webSign(line: string): Omit<Sign, 'source' | 'text'> | undefined {
  if (
    /(?:eval|assert|system|exec|shell_exec|passthru|popen|proc_open|`)\s*\(?\s*(?:@?base64_decode|gzinflate|str_rot13|\$_(?:GET|POST|REQUEST|COOKIE|SERVER)|\$\{?["'_])/i.test(
      line,
    )
  ) {
    return sign('runs what a visitor sends', 'T1505.003', 'persistence', 'high');
  }
  if (/(?:getRuntime\(\)\.exec|ProcessBuilder)\([^)]*getParameter\(/.test(line))
    return sign('runs what a visitor sends', 'T1505.003', 'persistence', 'high');
  if (
    /Runtime\.getRuntime\(\)\.exec\(|ProcessBuilder\(.*getParameter|web\s?shell|c99|r57|b374k|FilesMan|weevely/i.test(
      line,
    )
  ) {
    return sign('looks like a web shell', 'T1505.003', 'persistence', 'medium');
  }
  return undefined;
}

function startSign(line: string, technique: string): Omit<Sign, 'source' | 'text'> | undefined {
  if (RUNS_FROM_TEMPORARY.test(line))
    return sign('starts a program from a temporary place', technique, 'persistence', 'high');
  if (/^\s*(?:alias\s+(?:sudo|su|ssh|passwd)=|(?:function\s+)?(?:sudo|su|ssh|passwd)\s*\(\))/.test(line))
    return sign('stands between a person and a command that asks for a password', 'T1546.004', 'credentials', 'medium');
  const pattern = patternsOf(line).find(({ strength, technique: id }) => strength === 3 && id !== 'T1070.006');
  if (pattern !== undefined) return sign(`holds a line that ${pattern.says}`, technique, 'persistence', 'high');
  if (/\bcommand="/.test(line) && /\b(?:nc|curl|wget|bash -i)\b/.test(line))
    return sign('ties a key to a command', technique, 'persistence', 'high');
  return undefined;
}

/** Strong signs only: a history file and a scratch script hold much that is ordinary. */
function commandSign(line: string, says: string): Omit<Sign, 'source' | 'text'> | undefined {
  const found = COMMAND_PATTERNS.filter(({ pattern }) => pattern.test(line));
  const strong = found.find(({ strength }) => strength === 3);
  if (strong !== undefined) return sign(`${says} (${strong.says})`, strong.technique, strong.theme, 'medium');
  const weak = found.find(({ strength }) => strength === 2);
  return weak === undefined ? undefined : sign(`${says} (${weak.says})`, weak.technique, weak.theme, 'low');
}
